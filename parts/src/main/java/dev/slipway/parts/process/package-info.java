/** Processes of the operating system that outlive this JVM: how they are started, recorded, found again and stopped. */
@NullMarked
package dev.slipway.parts.process;

import org.jspecify.annotations.NullMarked;
