package dev.weir.loader;

import java.nio.file.Path;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginManager;
import org.pf4j.Plugin;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginStatusProvider;

/** PF4J for exactly one plugin: no folder to scan, no status files, and a filtered parent. */
final class OnePluginManager extends JarPluginManager {

  OnePluginManager(Path folder) {
    super(folder);
    // Without this PF4J takes the host for 0.0.0 and ignores every range.
    setSystemVersion(ApiVersion.CURRENT.semantic());
    setExactVersionAllowed(true);
  }

  @Override
  protected PluginLoader createPluginLoader() {
    return new JarPluginLoader(this) {
      @Override
      protected PluginClassLoader createPluginClassLoader(
          Path pluginPath, PluginDescriptor descriptor) {
        return new SharedFirst(OnePluginManager.this, descriptor);
      }
    };
  }

  @Override
  protected PluginFactory createPluginFactory() {
    // Only factories run; a plugin has no life cycle of its own that could run code unasked.
    return wrapper -> new Plugin();
  }

  @Override
  protected PluginStatusProvider createPluginStatusProvider() {
    return new PluginStatusProvider() {
      @Override
      public boolean isPluginDisabled(String pluginId) {
        return false;
      }

      @Override
      public void disablePlugin(String pluginId) {}

      @Override
      public void enablePlugin(String pluginId) {}
    };
  }

  private static final class SharedFirst extends PluginClassLoader {

    SharedFirst(OnePluginManager manager, PluginDescriptor descriptor) {
      super(manager, descriptor, new HostClasses());
    }

    @Override
    protected boolean shouldDelegateToParent(String className) {
      return HostClasses.areShared(className);
    }
  }
}
