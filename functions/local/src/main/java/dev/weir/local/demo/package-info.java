/** The whole road in a few minutes: train, deploy, sell, meter, bill, prove. */
@NullMarked
package dev.weir.local.demo;

import org.jspecify.annotations.NullMarked;
