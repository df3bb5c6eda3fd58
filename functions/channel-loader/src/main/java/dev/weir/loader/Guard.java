package dev.weir.loader;

import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

/**
 * Around every call into a plugin: its class loader is the thread's, and whatever it throws that is
 * not a {@link ChannelException} becomes one that says the plugin is wrong.
 */
final class Guard {

  private final ClassLoader classes;
  private final String pluginId;

  Guard(ClassLoader classes, String pluginId) {
    this.classes = classes;
    this.pluginId = pluginId;
  }

  <T> T call(Supplier<T> call) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes);
    try {
      return call.get();
    } catch (ChannelException | PluginRefused e) {
      throw e;
    } catch (LinkageError | RuntimeException | StackOverflowError e) {
      throw bug(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** The facet, with this guard around each of its methods. */
  <T> T around(Class<T> facet, T target) {
    Object proxy =
        Proxy.newProxyInstance(
            facet.getClassLoader(),
            new Class<?>[] {facet},
            (self, method, arguments) ->
                call(() -> {
                  try {
                    return method.invoke(target, arguments);
                  } catch (InvocationTargetException e) {
                    throw rethrown(e.getTargetException());
                  } catch (IllegalAccessException e) {
                    throw bug(e);
                  }
                }));
    return facet.cast(proxy);
  }

  private RuntimeException rethrown(Throwable thrown) {
    return switch (thrown) {
      case LinkageError e -> bug(e);
      case StackOverflowError e -> bug(e);
      case Error e -> throw e;
      case RuntimeException e -> e;
      default -> bug(thrown);
    };
  }

  private ChannelException bug(Throwable e) {
    return new ChannelException(
        ErrorCode.INTERNAL, "plugin " + pluginId + " failed: " + e.getClass().getName(), -1, e);
  }
}
