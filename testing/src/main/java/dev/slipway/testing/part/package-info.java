/** The real servers for tests: one of each per test JVM, in a temporary folder, stopped and removed when the JVM ends. */
@NullMarked
package dev.slipway.testing.part;

import org.jspecify.annotations.NullMarked;
