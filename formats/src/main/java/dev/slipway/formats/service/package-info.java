/** The bodies that make and change services (wire contract 3.1, 3.3, 3.7): every known field has its effect here or is refused. */
@NullMarked
package dev.slipway.formats.service;

import org.jspecify.annotations.NullMarked;
