/** Plugins on one machine: jars in a folder, verified before each load, and the keys trusted. */
@NullMarked
package dev.weir.local.plugin;

import org.jspecify.annotations.NullMarked;
