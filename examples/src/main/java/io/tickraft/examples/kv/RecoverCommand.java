package io.tickraft.examples.kv;

import io.tickraft.examples.kv.net.HostAndPort;
import io.tickraft.examples.kv.store.Identity;
import io.tickraft.examples.kv.store.StoreException;
import io.tickraft.examples.kv.store.Survivor;
import io.tickraft.examples.kv.store.UnreadableEntryException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes the directory of one node the beginning of a new cluster. */
@Command(
    name = "recover",
    description = {
      "After the loss of a majority: makes one node that is left the only member of a new cluster, "
          + "with all that its directory has. Acknowledged writes may be lost: only if no majority "
          + "of the members will ever run again.",
      "It shows what the directory has, and asks. Run it on each node that is left, and recover the "
          + "one whose last entry has the highest term, and among these the highest index.",
      "The node must not run. Copy its directory first. Then start the node with the cluster's new "
          + "name, and add others as to any cluster, with new directories. The old members "
          + "cannot talk to it. With TLS it needs a new certificate, which names the new cluster.",
      "If it was interrupted, run it again: until then no node starts on the directory."
    })
final class RecoverCommand implements Callable<Integer> {

  private static final int DRAWN_BYTES = 4;
  private static final int MAX_PREFIX_CHARS = 150;

  private final Supplier<String> typed;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "The directory of the node that is left.")
  @SuppressWarnings("NullAway.Init")
  private Path dir;

  @Option(
      names = "--new-cluster",
      paramLabel = "NAME",
      description =
          "The name of the new cluster, which must never have been used before. Default: the old "
              + "name with random digits.")
  private @Nullable String newCluster;

  @Option(
      names = "--peer-address",
      paramLabel = "HOST:PORT",
      description =
          "The address at which the node listens for its peers. Default: the same as before.")
  private @Nullable String peerAddress;

  @Option(names = "--yes", description = "Recover without a question.")
  private boolean yes;

  RecoverCommand() {
    this(StandardInput::firstLine);
  }

  /**
   * Creates the command.
   *
   * @param typed the answer to its question
   */
  RecoverCommand(Supplier<String> typed) {
    this.typed = typed;
  }

  @Override
  public Integer call() {
    try {
      Survivor survivor = Survivor.find(dir);
      String cluster = newCluster == null ? drawn(survivor.identity().cluster()) : newCluster;
      if (!Identity.isClusterName(cluster) || cluster.equals(survivor.identity().cluster())) {
        throw problem("--new-cluster: 1 to 200 characters, and not the old name: " + cluster);
      }
      HostAndPort address = address(survivor);
      print(description(survivor, cluster));
      if (!yes && !isConfirmed()) {
        print("Nothing was changed.");
        return 1;
      }
      print(done(survivor.recover(cluster, address)));
      return 0;
    } catch (StoreException | UnreadableEntryException e) {
      return Running.failed(e);
    }
  }

  private static String drawn(String before) {
    byte[] random = new byte[DRAWN_BYTES];
    new SecureRandom().nextBytes(random);
    return before.substring(0, Math.min(before.length(), MAX_PREFIX_CHARS))
        + "-"
        + HexFormat.of().formatHex(random);
  }

  private HostAndPort address(Survivor survivor) {
    if (peerAddress != null) {
      try {
        return HostAndPort.parse(peerAddress);
      } catch (IllegalArgumentException e) {
        throw problem("--peer-address: " + e.getMessage());
      }
    }
    HostAndPort stored = survivor.members().addresses().get(survivor.identity().id());
    if (stored == null) {
      throw problem("--peer-address is needed: the directory does not say where the node listens");
    }
    return stored;
  }

  private ParameterException problem(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(text);
    out.flush();
  }

  private String description(Survivor survivor, String cluster) {
    long last = survivor.last().index();
    StringBuilder text = new StringBuilder();
    text.append(dir).append(" is of ").append(survivor.identity()).append(".\n");
    text.append("  members:    ").append(survivor.members().addresses()).append('\n');
    text.append("  last entry: index ").append(last);
    text.append(", term ").append(survivor.last().term()).append('\n');
    text.append("  committed:  up to index ").append(survivor.commit()).append('\n');
    text.append("  applied:    up to index ").append(survivor.applied());
    text.append(", ").append(survivor.keys()).append(" keys\n");
    if (survivor.members().removed().contains(survivor.identity().id())) {
      text.append("The node was removed from its group, and has nothing that came after that.\n");
    }
    if (survivor.interrupted()) {
      text.append("An earlier recover was interrupted. This one goes on with what is left.\n");
    }
    text.append("It becomes the only member of the new cluster '").append(cluster).append("':\n");
    text.append("- Acknowledged writes after index ").append(last).append(" are lost, if there ");
    text.append("are any: only the directories of other members\n  can tell.\n");
    if (last > survivor.commit()) {
      text.append("- The entries ").append(survivor.commit() + 1).append(" to ").append(last);
      text.append(" take effect. Not all of them need have been acknowledged.\n");
    }
    text.append("- The members that it has now cannot follow: they join with new directories.\n");
    text.append("If a majority of them may run again, start those instead: nothing is lost then.");
    return text.toString();
  }

  private boolean isConfirmed() {
    print("Recover? Type yes:");
    return typed.get().strip().equals("yes");
  }

  private String done(Identity recovered) {
    return "Recovered: this is "
        + recovered
        + " now. Start it with --cluster "
        + recovered.cluster()
        + " --group "
        + recovered.group()
        + " --id "
        + recovered.id()
        + " --dir "
        + dir;
  }
}
