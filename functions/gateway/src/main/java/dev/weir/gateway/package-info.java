/**
 * The Lambda handlers of a deployment: the control, inference and agent APIs, the queue consumers
 * and the schedule. A handler decodes, asks a use case of core, and encodes; it decides nothing.
 */
@NullMarked
package dev.weir.gateway;

import org.jspecify.annotations.NullMarked;
