/** The modules that a package imports, found by the syntax trees of its files: which are not there, and what pip calls them. Runs nothing of a package. */
@NullMarked
package dev.slipway.formats.imports;

import org.jspecify.annotations.NullMarked;
