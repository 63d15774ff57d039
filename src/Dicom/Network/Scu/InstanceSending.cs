using System.IO.Pipelines;

namespace CloudPacs.Dicom.Network.Scu;

/// <summary>What all senders of instances do.</summary>
internal static class InstanceSending
{
    private static readonly PipeOptions Options = new(pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024);

    public static readonly StoreResult Unreadable = new(DimseStatus.ProcessingFailure, "The stored instance cannot be read");

    /// <summary>
    /// The syntax in which an instance is sent: its own, else little endian without compression; null when none is taken.
    /// </summary>
    public static TransferSyntax? Choose(IStoredInstance instance, Func<TransferSyntax, bool> isTaken)
    {
        if (isTaken(instance.TransferSyntax)) return instance.TransferSyntax;
        foreach (var syntax in (ReadOnlySpan<TransferSyntax>)[TransferSyntax.ExplicitVrLittleEndian, TransferSyntax.ImplicitVrLittleEndian])
            if (isTaken(syntax) && instance.CanBeWrittenIn(syntax)) return syntax;
        return null;
    }

    public static StoreResult NotTaken(IStoredInstance instance) =>
        new(DimseStatus.SopClassNotSupported, $"Transfer syntax {instance.TransferSyntax.Uid} was not accepted");

    /// <summary>Sends an instance while it is read. What cannot be read at all fails before anything was sent.</summary>
    public static async Task<StoreResult> SendAsync(
        IStoredInstance instance, TransferSyntax syntax, Func<PipeReader, Task<StoreResult>> send, Action<Exception> report,
        CancellationToken cancellationToken)
    {
        var pipe = new Pipe(Options);
        var writing = WriteAsync(instance, syntax, pipe.Writer, cancellationToken);
        try
        {
            try
            {
                var first = await pipe.Reader.ReadAtLeastAsync(1, cancellationToken).ConfigureAwait(false);
                pipe.Reader.AdvanceTo(first.Buffer.Start);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (e is InstanceUnavailableException) return Unreadable with { ErrorComment = e.Message };
                report(e);
                return Unreadable;
            }

            return await send(pipe.Reader).ConfigureAwait(false);
        }
        finally
        {
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
    }

    // The reader hears of what went wrong.
    private static async Task WriteAsync(
        IStoredInstance instance, TransferSyntax syntax, PipeWriter output, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        try
        {
            await instance.WriteAsync(syntax, output, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            fault = e;
        }

        await output.CompleteAsync(fault).ConfigureAwait(false);
    }
}
