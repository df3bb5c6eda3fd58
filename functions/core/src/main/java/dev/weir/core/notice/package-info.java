/** Tells the vendor and customers what they must know: by signed webhooks, or in a chat. */
@NullMarked
package dev.weir.core.notice;

import org.jspecify.annotations.NullMarked;
