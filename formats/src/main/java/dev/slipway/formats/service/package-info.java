/** The bodies that create and change services (wire contract 3.1, 3.3, 3.7): every known field has an effect or is refused. */
@NullMarked
package dev.slipway.formats.service;

import org.jspecify.annotations.NullMarked;
