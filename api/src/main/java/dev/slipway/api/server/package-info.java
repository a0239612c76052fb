/** The web server of the API: Tomcat, and Spring's dispatch of requests to controllers on it, both set up by hand. Knows no call. */
@NullMarked
package dev.slipway.api.server;

import org.jspecify.annotations.NullMarked;
