package dev.weir.loader;

import dev.weir.spi.ChannelContext;
import dev.weir.spi.Http;
import dev.weir.spi.Ids;
import dev.weir.spi.Secrets;
import dev.weir.spi.Settings;
import dev.weir.spi.State;
import java.time.InstantSource;

/** A plugin's world, put together by its host. */
public record HostedContext(
    String channelId,
    Http http,
    Secrets secrets,
    Settings settings,
    State state,
    InstantSource clock,
    Ids ids,
    System.Logger log)
    implements ChannelContext {}
