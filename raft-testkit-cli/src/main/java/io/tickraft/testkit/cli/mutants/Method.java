package io.tickraft.testkit.cli.mutants;

import io.tickraft.testkit.cli.mutants.inside.ExploreCampaign;
import io.tickraft.testkit.cli.mutants.inside.FuzzCampaign;

/** How mutants are hunted, and where the runs that show them are recorded. */
enum Method {
  /** Random runs, which are shrunk. */
  FUZZ(FuzzCampaign.class, "found.tsv", ".schedule"),
  /** All short runs within the bounds of each named exploration. */
  EXPLORE(ExploreCampaign.class, "explored.tsv", ".ordering");

  private final Class<? extends Campaign> campaign;
  private final String table;
  private final String ending;

  Method(Class<? extends Campaign> campaign, String table, String ending) {
    this.campaign = campaign;
    this.table = table;
    this.ending = ending;
  }

  /** The class of the campaigns, in the package that is loaded with each core. */
  Class<? extends Campaign> campaign() {
    return campaign;
  }

  /** The name of the file with a line for each mutant. */
  String table() {
    return table;
  }

  /** The ending of the name of a file with a run. */
  String ending() {
    return ending;
  }
}
