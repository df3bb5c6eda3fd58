/** The {@code weir} command: a client of a deployment's HTTP API. */
@NullMarked
package dev.weir.local.cli;

import org.jspecify.annotations.NullMarked;
