/** Services over HTTP: create, list, show, update, delete, events, update records, flavors. The rules are in the domain's commands. */
@NullMarked
package dev.slipway.api.service;

import org.jspecify.annotations.NullMarked;
