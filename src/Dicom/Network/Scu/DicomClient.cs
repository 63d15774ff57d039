using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Pdu;
using CloudPacs.Dicom.Network.Scu;

namespace CloudPacs.Dicom.Network;

/// <summary>
/// An association that we asked for, as service class user (PS3.7). Calls may be made from several threads; those beyond the negotiated
/// window wait.
/// </summary>
public sealed partial class DicomClient : IAsyncDisposable
{
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    private readonly DicomClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ClientAssociation _association;
    private readonly Task _running;
    private readonly AssociateParameters _answer;
    private readonly Lock _gate = new();
    private readonly List<(byte ContextId, Call Call)> _searches = [];

    private DicomClient(
        DicomClientOptions options, TimeProvider time, ClientAssociation association, Task running, AssociateParameters answer)
    {
        (_options, _time, _association, _running, _answer) = (options, time, association, running, answer);
    }

    /// <summary>The peer's implementation version name; null when it gave none.</summary>
    public string? PeerVersionName => _answer.ImplementationVersionName;

    /// <summary>The peer's response to our user identity; null when it did not look at it.</summary>
    public ReadOnlyMemory<byte>? UserIdentityResponse => _answer.UserIdentityResponse;

    /// <summary>The answer to our asynchronous operations window; null when there was none.</summary>
    public AsynchronousWindow? Window => _answer.Window;

    /// <summary>The roles the peer granted, by SOP class.</summary>
    public IReadOnlyDictionary<string, RoleSelection> Roles => _answer.Roles;

    /// <summary>The peer's answers to our extended negotiation, by SOP class.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> ExtendedNegotiation => _answer.ExtendedNegotiation;

    /// <summary>Connects and negotiates.</summary>
    /// <exception cref="DicomNetworkException">No connection, no TLS, rejected, aborted or no answer in time.</exception>
    public static async Task<DicomClient> ConnectAsync(DicomClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var request = AssociationRequests.Create(options);
        var (socket, stream) = await Transport.ConnectAsync(options, time, cancellationToken).ConfigureAwait(false);
        var association = new ClientAssociation(socket, stream, options, time);
        var running = association.Connection.RunAsync(request);
        try
        {
            var answer = await association.Answer.WaitAsync(options.AssociationTimeout, time, cancellationToken).ConfigureAwait(false);
            return new DicomClient(options, time, association, running, answer);
        }
        catch (TimeoutException)
        {
            association.Dispose();
            throw new DicomNetworkException(DicomNetworkError.TimedOut,
                $"{options.Peer} did not answer the association request within {options.AssociationTimeout.TotalSeconds:0.#} s.");
        }
        catch
        {
            association.Dispose();
            throw;
        }
    }

    /// <summary>The transfer syntax agreed on for a SOP class; null when the peer refused it.</summary>
    public TransferSyntax? AcceptedSyntax(string sopClassUid) => Find(sopClassUid)?.Syntax;

    /// <summary>Whether the peer accepted a SOP class in a transfer syntax.</summary>
    public bool Accepts(string sopClassUid, TransferSyntax syntax) => Find(sopClassUid, syntax) is not null;

    /// <summary>C-ECHO (PS3.7 9.1.5).</summary>
    /// <exception cref="DicomNetworkException">The association broke, or the peer answered with a failure.</exception>
    public async Task EchoAsync(CancellationToken cancellationToken)
    {
        var (contextId, _) = Require(Uids.Verification);
        var call = await _association.InvokeAsync(contextId, CommandSets.Echo, default, cancellationToken).ConfigureAwait(false);
        try
        {
            Check((await call.NextAsync(cancellationToken).ConfigureAwait(false)).Command, "C-ECHO");
        }
        finally
        {
            call.Abandon();
        }
    }

    /// <summary>
    /// C-FIND (PS3.7 9.1.2): the matches as they come. A caller that is slow slows the peer; one that stops early, or cancels the token,
    /// cancels the search.
    /// </summary>
    /// <exception cref="DicomNetworkException">The association broke, or the peer ended with a failure status.</exception>
    public async IAsyncEnumerable<FindResponse> FindAsync(
        string sopClassUid, DataSet identifier, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (contextId, syntax) = Require(sopClassUid);
        var encoded = new ArrayBufferWriter<byte>(512);
        DataSetWriter.Write(identifier, syntax, encoded, SpecificCharacterSet.Parse(identifier.GetStrings(Tags.SpecificCharacterSet)));
        var call = await _association.InvokeAsync(
            contextId, id => CommandSets.Find(id, sopClassUid), encoded.WrittenMemory, cancellationToken).ConfigureAwait(false);
        lock (_gate) _searches.Add((contextId, call));
        try
        {
            while (true)
            {
                var message = await call.NextAsync(cancellationToken).ConfigureAwait(false);
                var status = message.Command.Status!.Value;
                if (status == DimseStatus.Cancel && call.IsCancelled) yield break;
                if (!DimseStatus.IsPending(status))
                {
                    Check(message.Command, "C-FIND");
                    yield break;
                }

                yield return new FindResponse(status, DataSetReader.Read(message.DataSet, syntax));
            }
        }
        finally
        {
            lock (_gate) _searches.Remove((contextId, call));
            _association.Cancel(contextId, call);
            call.Abandon();
        }
    }

    /// <summary>
    /// C-STORE (PS3.7 9.1.1): the data set is sent while it is read, as fast as the peer takes it, and read to its end. When reading fails
    /// or is cancelled the association is aborted, as a message once begun cannot be taken back. The caller completes the reader.
    /// </summary>
    /// <returns>Success or a warning, with the peer's remark.</returns>
    /// <exception cref="DicomNetworkException">The association broke, or the peer answered with a failure.</exception>
    public Task<StoreResult> StoreAsync(
        string sopClassUid, string sopInstanceUid, TransferSyntax syntax, PipeReader dataSet, CancellationToken cancellationToken) =>
        StoreAsync(sopClassUid, sopInstanceUid, syntax, dataSet, originator: null, priority: 0, cancellationToken);

    /// <inheritdoc cref="StoreAsync(string, string, TransferSyntax, PipeReader, CancellationToken)"/>
    internal async Task<StoreResult> StoreAsync(
        string sopClassUid, string sopInstanceUid, TransferSyntax syntax, PipeReader dataSet, MoveOriginator? originator, ushort priority,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        ArgumentNullException.ThrowIfNull(dataSet);
        var (contextId, _) = Require(sopClassUid, syntax);
        var call = await _association
            .InvokeStreamedAsync(
                contextId, id => CommandSets.Store(id, sopClassUid, sopInstanceUid, originator, priority), dataSet, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            var response = (await call.NextAsync(cancellationToken).ConfigureAwait(false)).Command;
            Check(response, "C-STORE");
            return new StoreResult(response.Status!.Value, response.ErrorComment);
        }
        finally
        {
            call.Abandon();
        }
    }

    /// <summary>Sends C-CANCEL for the searches under way; their enumerations end when the peer has confirmed.</summary>
    public Task CancelAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            foreach (var (contextId, call) in _searches) _association.Cancel(contextId, call);
        }

        return Task.CompletedTask;
    }

    /// <summary>Ends the association in order.</summary>
    /// <exception cref="DicomNetworkException">It had ended before, or the peer did not confirm in time.</exception>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        _association.Connection.RequestRelease();
        try
        {
            await _association.Release.WaitAsync(_options.AssociationTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await AbortAsync().ConfigureAwait(false);
            throw new DicomNetworkException(DicomNetworkError.TimedOut,
                $"{_options.Peer} did not confirm the release within {_options.AssociationTimeout.TotalSeconds:0.#} s.");
        }

        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the association at once; what is outstanding fails.</summary>
    public async Task AbortAsync()
    {
        _association.Fail(new DicomNetworkException(DicomNetworkError.Aborted, "The association was aborted by this side."));
        _association.Connection.Abort();
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Aborts unless the association has been released.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_running.IsCompleted) await AbortAsync().ConfigureAwait(false);
    }

    // The peer is given a moment to close first, so that it reads what was sent last instead of a reset.
    private async Task CloseAsync()
    {
        await Task.WhenAny(_running, Task.Delay(CloseGrace, _time)).ConfigureAwait(false);
        _association.Dispose();
        await _running.ConfigureAwait(false);
    }

    private (byte Id, TransferSyntax Syntax)? Find(string sopClassUid, TransferSyntax? wanted = null)
    {
        // The answer names contexts by id only; ids were given in the order of the proposal.
        for (var i = 0; i < _options.Contexts.Count; i++)
        {
            if (_options.Contexts[i].AbstractSyntax != sopClassUid) continue;
            var id = AssociationRequests.ContextId(i);
            var item = _answer.Contexts.Find(context => context.Id == id);
            if (item is not { Result: ContextResult.Acceptance, TransferSyntaxes: [var uid, ..] }) continue;
            if (_options.Contexts[i].TransferSyntaxes.FirstOrDefault(syntax => syntax.Uid == uid) is not { } agreed) continue;
            if (wanted is null || wanted.Uid == agreed.Uid) return (id, agreed);
        }

        return null;
    }

    private (byte Id, TransferSyntax Syntax) Require(string sopClassUid, TransferSyntax? syntax = null)
    {
        if (Find(sopClassUid, syntax) is { } found) return found;
        var inSyntax = syntax is null ? "" : $" in {syntax}";
        throw new DicomNetworkException(DicomNetworkError.ContextNotAccepted,
            $"{_options.Peer} did not accept SOP class {sopClassUid}{inSyntax}.");
    }

    private void Check(CommandSet response, string operation)
    {
        var status = response.Status!.Value;
        if (status == DimseStatus.Success || DimseStatus.IsWarning(status)) return;
        var comment = string.IsNullOrEmpty(response.ErrorComment) ? "" : $": {response.ErrorComment}";
        throw new DicomNetworkException(DicomNetworkError.FailureStatus,
            $"{_options.Peer} answered the {operation} with status {status:X4}H{comment}.")
        { Status = status, ErrorComment = response.ErrorComment };
    }
}

/// <summary>One match of a C-FIND.</summary>
/// <param name="Status">FF00H, or FF01H when some optional keys were not supported.</param>
/// <param name="Identifier">The match.</param>
public readonly record struct FindResponse(ushort Status, DataSet Identifier);
