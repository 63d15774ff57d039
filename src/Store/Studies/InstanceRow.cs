namespace CloudPacs.Store.Studies;

/// <summary>A stored SOP instance: where its bytes are, and what is asked of it without reading them.</summary>
public sealed class InstanceRow(Guid id) : Row(id)
{
    public required Guid SeriesId { get; set => SetKey(ref field, value); }

    public required string SopInstanceUid { get; init; }

    public required string SopClassUid { get; init; }

    /// <summary>What it is encoded in, as it was received; empty as long as the archive that has it does not say.</summary>
    public required string TransferSyntaxUid { get; set; }

    /// <summary>The archive that has the bytes; null when they are here.</summary>
    public string? Archive { get; set; }

    /// <summary>Instance Number; null when it has none.</summary>
    public int? Number { get; init; }

    public InstanceState InstanceState { get; set; }

    /// <summary>Why it is rejected; null when it is not.</summary>
    public Rejection? Rejection { get; set; }

    public DateTimeOffset? RejectedAt { get; set; }

    /// <summary>What it was before it was rejected, and is again when that is taken back.</summary>
    public InstanceState? StateBefore { get; set; }

    public required InstanceBytes Bytes { get; set; }

    /// <summary>Who sent it: its calling AE title.</summary>
    public required string Sender { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Attributes of the instance that are asked for by queries.</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    private protected override Action CaptureValues()
    {
        var before = (InstanceRow)MemberwiseClone();
        return () =>
        {
            SeriesId = before.SeriesId;
            TransferSyntaxUid = before.TransferSyntaxUid;
            Archive = before.Archive;
            InstanceState = before.InstanceState;
            Rejection = before.Rejection;
            RejectedAt = before.RejectedAt;
            StateBefore = before.StateBefore;
            Bytes = before.Bytes;
            Attributes = before.Attributes;
        };
    }
}

/// <summary>The bytes of a stored instance.</summary>
/// <param name="Pack">The pack that holds them.</param>
/// <param name="Offset">Where their record begins in the pack.</param>
/// <param name="Length">How many there are, file meta information included.</param>
/// <param name="DataSetOffset">How many of them are file meta information.</param>
/// <param name="HeaderLength">How many bytes of the data set, once inflated, stand before the value of the pixel data.</param>
/// <param name="Digest">SHA-256 of the data set: 32 bytes.</param>
/// <param name="PixelDigest">The same of the value of the pixel data; empty when it has none.</param>
/// <param name="Frames">Where the frames are; empty where nothing says so.</param>
public sealed record InstanceBytes(
    Guid Pack, long Offset, long Length, int DataSetOffset, int HeaderLength, ReadOnlyMemory<byte> Digest,
    ReadOnlyMemory<byte> PixelDigest, ReadOnlyMemory<byte> Frames)
{
    /// <summary>Those of an instance whose bytes another archive has.</summary>
    public static InstanceBytes Elsewhere { get; } = new(Guid.Empty, 0, 0, 0, 0, default, default, default);
}
