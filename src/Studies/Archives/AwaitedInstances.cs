using System.Collections.Concurrent;
using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Studies.Archives;

/// <summary>
/// Instances that another archive was asked to send here (C-MOVE): they are for whoever asked, and are not stored. One that comes from
/// somebody else, or that nobody has asked for, is stored like any other.
/// </summary>
public sealed class AwaitedInstances
{
    private readonly ConcurrentDictionary<(string AeTitle, string SopInstanceUid), AwaitedInstance> _awaited = new();

    /// <param name="aeTitle">Of the archive.</param>
    /// <param name="sopInstanceUid">The instance.</param>
    /// <param name="output">Takes it as a DICOM file.</param>
    internal AwaitedInstance Expect(string aeTitle, string sopInstanceUid, PipeWriter output)
    {
        var awaited = new AwaitedInstance(output);
        _awaited[(aeTitle, sopInstanceUid)] = awaited;
        return awaited;
    }

    internal void Forget(string aeTitle, string sopInstanceUid) => _awaited.TryRemove((aeTitle, sopInstanceUid), out _);

    /// <summary>Who waits for what is sent; null when nobody does.</summary>
    public AwaitedInstance? Take(StoreRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _awaited.TryRemove((request.Association.CallingAe, request.SopInstanceUid), out var awaited) ? awaited : null;
    }
}

/// <summary>An instance that somebody waits for.</summary>
public sealed class AwaitedInstance
{
    private readonly PipeWriter _output;

    internal AwaitedInstance(PipeWriter output) => _output = output;

    /// <summary>It has come, or has begun to.</summary>
    internal bool HasCome { get; private set; }

    /// <summary>Gives it to whoever waits, while it comes.</summary>
    public async Task<StoreResult> GiveAsync(StoreRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        HasCome = true;
        Exception? fault = null;
        try
        {
            var meta = Part10.CreateMeta(
                request.SopClassUid, request.SopInstanceUid, request.TransferSyntax, request.Association.CallingAe);
            Part10.WriteHeader(meta, _output);
            await request.DataSet.CopyToAsync(_output, cancellationToken).ConfigureAwait(false);
            return StoreResult.Success;
        }
        catch (Exception e)
        {
            fault = e;
            throw;
        }
        finally
        {
            await _output.CompleteAsync(fault).ConfigureAwait(false);
        }
    }
}
