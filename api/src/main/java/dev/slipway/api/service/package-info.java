/** Services over HTTP: create, list, show, update, delete, events, update records, flavors. Rules live in the domain's commands. */
@NullMarked
package dev.slipway.api.service;

import org.jspecify.annotations.NullMarked;
