package dev.weir.local.simulate;

import dev.weir.loader.CheckedSettings;
import dev.weir.loader.HostedContext;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.Manifest;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ChannelFactory;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Http;
import dev.weir.spi.Ids;
import dev.weir.spi.Secrets;
import dev.weir.spi.Settings;
import dev.weir.spi.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shipped plugin of AWS Marketplace, in a world whose HTTP leads to a simulated market. */
public final class AwsPlugin {

  private static final String INDEX = "META-INF/extensions.idx";

  private final ChannelFactory factory;
  private final Manifest manifest;

  private AwsPlugin(ChannelFactory factory, Manifest manifest) {
    this.factory = factory;
    this.manifest = manifest;
  }

  /**
   * Finds the plugin in its jar, or in folders of classes.
   *
   * @throws IllegalArgumentException where they hold no plugin
   */
  public static AwsPlugin in(List<Path> places) {
    URL[] urls =
        places.stream()
            .map(path -> {
              try {
                return path.toUri().toURL();
              } catch (MalformedURLException e) {
                throw new IllegalArgumentException(path + " has no URL", e);
              }
            })
            .toArray(URL[]::new);
    // Never closed: its classes are needed as long as the simulation.
    return of(new URLClassLoader(urls, AwsPlugin.class.getClassLoader()));
  }

  /**
   * Finds the plugin.
   *
   * @param classes of the plugin's jar or folder
   * @throws IllegalArgumentException where they hold no plugin
   */
  public static AwsPlugin of(ClassLoader classes) {
    try (InputStream index = open(classes, INDEX);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(index, StandardCharsets.UTF_8))) {
      String name =
          lines
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException(INDEX + " is empty"));
      ChannelFactory factory =
          Class.forName(name.strip(), true, classes)
              .asSubclass(ChannelFactory.class)
              .getDeclaredConstructor()
              .newInstance();
      return new AwsPlugin(factory, Manifest.read(open(classes, Manifest.PATH)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("the plugin cannot be made: " + e, e);
    } catch (IOException e) {
      throw new UncheckedIOException(INDEX + " cannot be read", e);
    }
  }

  private static InputStream open(ClassLoader classes, String name) {
    InputStream in = classes.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalArgumentException("the plugin has no " + name);
    }
    return in;
  }

  Manifest manifest() {
    return manifest;
  }

  LoadedChannel open(String channelId, Http http, InstantSource clock) {
    CheckedSettings settings = CheckedSettings.of(manifest, Map.of("product_code", "prod-1"));
    return LoadedChannel.ofClassPath(manifest, factory, context(channelId, http, settings, clock));
  }

  /** The world of a channel that needs nothing of it. */
  static ChannelContext bare(String channelId, InstantSource clock) {
    return context(channelId, new NoHttp(), _ -> Optional.empty(), clock);
  }

  private static ChannelContext context(
      String channelId, Http http, Settings settings, InstantSource clock) {
    return new HostedContext(
        channelId,
        http,
        new NoSecrets(),
        settings,
        new NoState(),
        clock,
        new NoIds(),
        System.getLogger("dev.weir.host.simulated"));
  }

  private static final class NoHttp implements Http {
    @Override
    public Response send(Request request) {
      throw new ChannelException(ErrorCode.UNSUPPORTED, "nobody is called from here");
    }

    @Override
    public Http signedByHost(String service, String region) {
      return this;
    }
  }

  private static final class NoSecrets implements Secrets {
    @Override
    public String get(String name) {
      throw new ChannelException(ErrorCode.UNAUTHORIZED, "no secret " + name);
    }

    @Override
    public Optional<String> of(Binding binding, String name) {
      return Optional.empty();
    }

    @Override
    public void put(Binding binding, String name, String value) {
      throw new ChannelException(ErrorCode.UNSUPPORTED, "secrets are not kept here");
    }
  }

  private static final class NoState implements State {
    @Override
    public Optional<String> get(String key) {
      return Optional.empty();
    }

    @Override
    public void put(String key, String value, Instant expires) {}

    @Override
    public boolean putIfAbsent(String key, String value, Instant expires) {
      return true;
    }

    @Override
    public void remove(String key) {}
  }

  private static final class NoIds implements Ids {
    @Override
    public String next() {
      throw new ChannelException(ErrorCode.UNSUPPORTED, "ids are not made here");
    }

    @Override
    public byte[] random(int bytes) {
      throw new ChannelException(ErrorCode.UNSUPPORTED, "nothing random is made here");
    }
  }
}
