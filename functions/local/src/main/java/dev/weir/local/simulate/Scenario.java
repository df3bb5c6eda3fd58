package dev.weir.local.simulate;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;

/**
 * What is simulated: the seed decides everything, the rest only takes away.
 *
 * @param steps how many choices the seed makes before all trouble ends
 * @param without trouble that is taken away from what the seed brings
 */
public record Scenario(long seed, int steps, Set<Trouble> without) {

  /** Enough for a few hours of usage, three hosts and all channels. */
  public static final int STEPS = 420;

  private static final int TROUBLE_PERCENT = 45;
  private static final int SCENE_PERCENT = 35;

  public Scenario {
    without = Set.copyOf(without);
    if (steps < 0) {
      throw new IllegalArgumentException("steps " + steps + " < 0");
    }
  }

  public static Scenario of(long seed) {
    return new Scenario(seed, STEPS, Set.of());
  }

  Scenario shorter(int fewer) {
    return new Scenario(seed, fewer, without);
  }

  Scenario without(Trouble trouble) {
    Set<Trouble> more = EnumSet.of(trouble);
    more.addAll(without);
    return new Scenario(seed, steps, more);
  }

  /** The trouble that there will be. */
  public Set<Trouble> troubles() {
    Random random = random("troubles");
    Set<Trouble> troubles = EnumSet.noneOf(Trouble.class);
    for (Trouble trouble : Trouble.values()) {
      if (random.nextInt(100) < TROUBLE_PERCENT) {
        troubles.add(trouble);
      }
    }
    troubles.removeAll(without);
    return troubles;
  }

  /** What is played beside usage and reports. */
  public Set<Scene> scenes() {
    Random random = random("scenes");
    Set<Scene> scenes = EnumSet.noneOf(Scene.class);
    for (Scene scene : Scene.values()) {
      if (random.nextInt(100) < SCENE_PERCENT) {
        scenes.add(scene);
      }
    }
    return scenes;
  }

  /** A stream of choices of its own, so that one kind of choice does not move the others. */
  Random random(String what) {
    return new Random(seed * 0x9E3779B97F4A7C15L + what.hashCode() * 0x85EBCA6BL);
  }
}
