/** The ports on one machine: a SQL database, files, processes. */
@NullMarked
package dev.weir.local.port;

import org.jspecify.annotations.NullMarked;
