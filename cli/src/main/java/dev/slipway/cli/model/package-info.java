/** Packages of models, looked at before they are uploaded. */
@NullMarked
package dev.slipway.cli.model;

import org.jspecify.annotations.NullMarked;
