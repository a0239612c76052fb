/** The documents that describe a model: the body of create-model and config.json. */
@NullMarked
package dev.slipway.formats.model;

import org.jspecify.annotations.NullMarked;
