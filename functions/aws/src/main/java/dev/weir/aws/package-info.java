/** Core's ports on AWS. Knows no handler: {@link dev.weir.aws.AwsPorts} is all that others see. */
@NullMarked
package dev.weir.aws;

import org.jspecify.annotations.NullMarked;
