/** The web server of the API: Tomcat, and Spring's dispatch of requests to controllers on it, both configured in code. Knows no calls. */
@NullMarked
package dev.slipway.api.server;

import org.jspecify.annotations.NullMarked;
