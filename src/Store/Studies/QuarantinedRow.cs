namespace CloudPacs.Store.Studies;

/// <summary>What became of what was received and not shown; the numbers are those of the column.</summary>
public enum QuarantineState : short
{
    /// <summary>It waits for a person.</summary>
    Held,

    /// <summary>It is an instance that is shown now.</summary>
    Released,

    /// <summary>It was given up.</summary>
    Dropped,
}

/// <summary>What was received and is no instance that is shown, until a person decides about it.</summary>
public sealed class QuarantinedRow(Guid id) : Row(id)
{
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Who sent it.</summary>
    public required string Sender { get; init; }

    /// <summary>Facility of who sent it; null = of none.</summary>
    public string? Facility { get; init; }

    /// <summary>What it is called; null when that could not be read.</summary>
    public string? SopInstanceUid { get; init; }

    /// <summary>Code of the problem.</summary>
    public required string Code { get; init; }

    /// <summary>The problem in words, without patient data.</summary>
    public required string Reason { get; init; }

    /// <summary>The pack that holds its bytes.</summary>
    public required Guid Pack { get; init; }

    /// <summary>Where their record begins.</summary>
    public required long Offset { get; init; }

    /// <summary>How many there are.</summary>
    public required long Length { get; init; }

    public QuarantineState QuarantineState { get; set; }

    /// <summary>Who decided; null as long as nobody has.</summary>
    public string? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Why, in words.</summary>
    public string? Decision { get; set; }

    private protected override Action CaptureValues()
    {
        var (state, by, at, why) = (QuarantineState, DecidedBy, DecidedAt, Decision);
        return () => (QuarantineState, DecidedBy, DecidedAt, Decision) = (state, by, at, why);
    }
}
