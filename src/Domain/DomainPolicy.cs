namespace CloudPacs.Domain;

/// <summary>Where an accession number comes from that the order does not have.</summary>
public enum AccessionSource
{
    /// <summary>The next one of our own numbers.</summary>
    Sequence,

    /// <summary>The filler number, when it is short enough, else our own.</summary>
    FillerNumber,

    /// <summary>The placer number, when it is short enough, else our own.</summary>
    PlacerNumber,

    /// <summary>None: the order is refused.</summary>
    Refuse,
}

/// <summary>Where a Study Instance UID comes from that the order does not have.</summary>
public enum UidSource
{
    /// <summary>Derived from the keys of the order, so that the same order gives the same UID.</summary>
    Derived,
    Random,

    /// <summary>Under the root of the organisation.</summary>
    Root,

    /// <summary>None: the order is refused.</summary>
    Refuse,
}

/// <summary>What a cancelled admission does to the open entries of its visit, besides flagging them.</summary>
public enum CanceledAdmission { Flag, Hold, Cancel }

/// <summary>What becomes of a change of a performed step whose creation has not come: it was lost, or went elsewhere.</summary>
public enum UncreatedSteps
{
    /// <summary>It is refused, as the standard says (PS3.4 F.7.2.2.3).</summary>
    Refuse,

    /// <summary>It is kept for when the creation comes, and answered as if it were not: the modality may send both again.</summary>
    Keep,

    /// <summary>It is kept, and answered so.</summary>
    Accept,
}

/// <summary>
/// Makes an accession number of the day and a number of the sequence; null with a reason when the pattern of the site is of no use.
/// </summary>
/// <param name="today">Local date of the site.</param>
/// <param name="nextNumber">Takes the next number; called only when one is needed.</param>
/// <param name="fault">Why there is none.</param>
public delegate string? AccessionFormat(DateTime today, Func<string> nextNumber, out string? fault);

/// <summary>Rules that sites set for those who give commands; the defaults suit most.</summary>
public sealed record DomainPolicy
{
    public AccessionSource MissingAccession { get; init; }

    /// <summary>The number as it is, unless a site has a pattern.</summary>
    public AccessionFormat AccessionFormat { get; init; } = Plain;

    public UidSource MissingUid { get; init; }

    /// <summary>Root for <see cref="UidSource.Root"/>.</summary>
    public string? UidRoot { get; init; }

    /// <summary>Ids longer than DICOM allows get a stand-in instead of being refused.</summary>
    public bool ReplacesLongIds { get; init; }

    public string? DefaultModality { get; init; }

    /// <summary>A change of an order that is not known makes it.</summary>
    public bool ChangesMakeOrders { get; init; } = true;

    /// <summary>Steps that a complete order no longer lists are closed; null = when the author is the filler.</summary>
    public bool? ClosesUnlistedSteps { get; init; }

    /// <summary>Commands that can be applied are, although others cannot.</summary>
    public bool AppliesOneByOne { get; init; }

    /// <summary>Several accession numbers may share a Study Instance UID.</summary>
    public bool SharesStudyUids { get; init; }

    /// <summary>An order without a procedure is kept although it makes no entry.</summary>
    public bool AllowsOrdersWithoutSteps { get; init; }

    /// <summary>Commands that are older than the last one of their order are not applied.</summary>
    public bool ChecksAge { get; init; } = true;

    /// <summary>How long a cancel waits for its order.</summary>
    public TimeSpan CancelsWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>A patient id that was retired by a merge is refused instead of followed.</summary>
    public bool RefusesRetiredIds { get; init; }

    /// <summary>
    /// What is known of a patient stays, and only what is missing is taken: for those who do not register patients, such as the lists of
    /// another worklist server, which are older than what the registration says.
    /// </summary>
    public bool KeepsKnownPatients { get; init; }

    public CanceledAdmission CanceledAdmission { get; init; }

    /// <summary>A discharge takes arrived patients off the list.</summary>
    public bool DischargeDeparts { get; init; }

    /// <summary>A booking without an order makes one.</summary>
    public bool BookingsMakeOrders { get; init; }

    /// <summary>A cancelled booking cancels its steps instead of holding them.</summary>
    public bool CanceledBookingsCancel { get; init; }

    /// <summary>A step that was begun for the wrong entry of the worklist gives it back.</summary>
    public bool WrongEntriesReturn { get; init; } = true;

    /// <summary>A modality may report a step only when it has ended it.</summary>
    public bool PerformedMayBeginEnded { get; init; } = true;

    public UncreatedSteps UncreatedSteps { get; init; }

    /// <summary>Reports of performed steps have to have all that the standard asks for, also what may be empty.</summary>
    public bool ChecksPerformedStrictly { get; init; }

    private static string? Plain(DateTime today, Func<string> nextNumber, out string? fault)
    {
        fault = null;
        return nextNumber();
    }
}
