/**
 * The input of request workflows: the body of the API call that does the same, and the project. The bodies are in the packages of their
 * things.
 */
@NullMarked
package dev.slipway.formats.request;

import org.jspecify.annotations.NullMarked;
