namespace CloudPacs.Store.Sealing;

/// <summary>Verifies a trail: first the chain of blocks, then the rows against it.</summary>
public static class TrailVerifier
{
    /// <param name="source">The trail.</param>
    /// <param name="trusted">Ids of the keys that count.</param>
    /// <param name="head">The last block that this installation has seen; null where nothing is known of it.</param>
    /// <param name="tell">Hears of each fault.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<TrailReport> VerifyAsync(
        ITrailSource source, IReadOnlyCollection<byte[]> trusted, (long Number, byte[] Hash, bool IsRestored)? head,
        Action<TrailFault> tell, CancellationToken cancellationToken)
    {
        var report = new TrailReport();
        var chain = new ChainCheck(source, trusted, head, Tell);
        await chain.RunAsync(report, cancellationToken).ConfigureAwait(false);
        await new RowCheck(source, chain, Tell).RunAsync(report, cancellationToken).ConfigureAwait(false);
        return report;

        void Tell(TrailFault fault)
        {
            report.Faults++;
            tell(fault);
        }
    }
}
