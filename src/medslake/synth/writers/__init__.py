"""Writers of native files: ours alone, none uses what reads them. `medslake.synth` names those that a declaration takes."""
