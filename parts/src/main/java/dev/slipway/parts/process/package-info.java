/** Processes of the operating system that outlive this JVM: how they are launched, remembered, found again and stopped. */
@NullMarked
package dev.slipway.parts.process;

import org.jspecify.annotations.NullMarked;
