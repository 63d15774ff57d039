namespace CloudPacs.Mapping;

/// <summary>The policies of one sender, resolved over base, site and sender, with their defaults.</summary>
public sealed record SenderPolicy
{
    internal const string StandardAccessionPattern = "{yy}{MM}{dd}{n:5}";

    public string? Mode { get; init; }                                  // null = per group; filler-feed | placer-feed
    public bool IgnoreMshOffset { get; init; }
    public string MissingAccession { get; init; } = "sequence";         // reject | fromFiller | fromPlacer | sequence
    public string AccessionPattern { get; init; } = StandardAccessionPattern;
    public string MissingUid { get; init; } = "derived";                // derived | random | root | reject
    public string? UidRoot { get; init; }
    public string LongId { get; init; } = "reject";                     // reject | surrogate
    public string NameSplit { get; init; } = "keep";                    // keep | lastIsFamily | firstIsFamily | commaIsFamily
    public bool DetectScript { get; init; }
    public bool Upsert { get; init; } = true;
    public bool? FullSnapshot { get; init; }                            // null = on in filler-feed, off in placer-feed
    public bool PerGroup { get; init; }
    public bool ShareUid { get; init; }
    public bool AllowNoStep { get; init; }
    public bool? UseDicomModality { get; init; }                        // null = on in filler-feed, off in placer-feed
    public string? StationAeFrom { get; init; }
    public bool ReferrerFromOrder { get; init; }
    public bool StaleCheck { get; init; } = true;
    public TimeSpan DuplicateWindow { get; init; } = TimeSpan.FromDays(7);
    public TimeSpan RememberedCancel { get; init; } = TimeSpan.FromHours(24);
    public string MergeRedirect { get; init; } = "redirect";            // redirect | reject
    public IReadOnlyList<string> ArrivalEvents { get; init; } = [];
    // what A11, A27 and A38 do to open entries of the visit: flag | hold | cancel
    public string CanceledAdmission { get; init; } = "flag";
    public bool DischargeDeparts { get; init; }                         // A03 moves entries of the visit from ARRIVED to DEPARTED
    public bool ExposeNationalIds { get; init; }
    public bool ExposeAddress { get; init; }
    public bool ExposeTelephone { get; init; }
    public bool ExposePhysiciansOfRecord { get; init; }
    public bool SiuCreates { get; init; }
    public bool SiuCancels { get; init; }                               // S15-S17: CANCELED in place of on-hold
    public string? PrimaryAuthority { get; init; }                      // namespace or universal id of the primary patient id
    public string? DefaultAuthority { get; init; }                      // authority of ids that come without one (default MSH-4.1)
    public string? AccessionAuthority { get; init; }                    // issuer of accession numbers that come without one
    public string? DefaultModality { get; init; }
    public string? Facility { get; init; }                              // facility whose stations see the orders of this sender
    public string? DefaultStation { get; init; }
    public string DefaultOrderControl { get; init; } = "NW";            // for an OBR without ORC
}
