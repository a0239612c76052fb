/** The documents of batch jobs: manifests, tables, mapping rules, result lines, and the index of a plan. */
@NullMarked
package dev.slipway.formats.batch;

import org.jspecify.annotations.NullMarked;
