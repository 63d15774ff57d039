using System.IO.Pipelines;
using CloudPacs.Archive;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Store;
using CloudPacs.Store.Studies;

namespace CloudPacs.Studies.Fetching;

/// <summary>Finds what C-GET and C-MOVE send, and reads it from the archive.</summary>
public sealed class Retrieval(StoredInstances instances, IArchive archive)
{
    /// <summary>Documents refer to images, so they go last (SR, presentation states, key objects).</summary>
    private static readonly HashSet<string> Documents = new(StringComparer.Ordinal) { "SR", "PR", "KO" };

    /// <summary>
    /// By series and number; documents last. Where another archive does not say what its instances are encoded in, the first one of a
    /// series is fetched: one that turns out to be encoded otherwise fails, and is known from then on.
    /// </summary>
    /// <exception cref="Archives.ForeignArchiveException">The archive that has instances does not give them.</exception>
    public Task<IReadOnlyList<IStoredInstance>> FindAsync(RetrieveScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return FindAsync(scope.Filter, scope.Includes, cancellationToken);
    }

    /// <summary>Whether an id under which everything is asked for is that of several people, of different issuers.</summary>
    public async Task<bool> IsOfSeveralAsync(RetrieveScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (!scope.IsOfPatient) return false;
        object? first = null;
        await foreach (var study in instances.ListStudiesAsync(scope.Filter, cancellationToken).ConfigureAwait(false))
        {
            if (!scope.Includes(study)) continue;
            var person = RetrieveScope.PersonOf(study);
            if (!person.Equals(first ??= person)) return true;
        }

        return false;
    }

    /// <summary>Those of some instances of a study that are shown, in the same order.</summary>
    public Task<IReadOnlyList<IStoredInstance>> FindAsync(
        string studyInstanceUid, IReadOnlyList<string> sopInstanceUids, CancellationToken cancellationToken) =>
        FindAsync(
            new StudyFilter { StudyInstanceUids = [studyInstanceUid], SopInstanceUids = sopInstanceUids, WithKnown = true },
            static _ => true, cancellationToken);

    private async Task<IReadOnlyList<IStoredInstance>> FindAsync(
        StudyFilter filter, Func<StoredStudy, bool> includes, CancellationToken cancellationToken)
    {
        var (images, documents) = (new List<IStoredInstance>(), new List<IStoredInstance>());
        var syntaxes = new Dictionary<Guid, string>();
        await foreach (var listed in instances.ListAsync(filter, cancellationToken).ConfigureAwait(false))
        {
            if (!includes(listed.Study)) continue;
            var found = listed with { Instance = Slim(listed.Instance) };
            if (found.Instance.TransferSyntaxUid.Length == 0)
            {
                if (!syntaxes.TryGetValue(found.Series.Id, out var syntax))
                {
                    var first = await instances.WithBytesAsync(found, cancellationToken).ConfigureAwait(false);
                    syntaxes.Add(found.Series.Id, syntax = first.TransferSyntaxUid);
                }

                found = found with { Instance = found.Instance with { TransferSyntaxUid = syntax } };
            }

            (Documents.Contains(found.Series.Modality) ? documents : images).Add(new ArchivedInstance(archive, instances, found));
        }

        return documents.Count == 0 ? images : [.. images, .. documents];
    }

    // Thousands may wait to be sent: only what is needed for that is kept. Frames are looked for in what is compressed alone.
    private static StoredInstance Slim(StoredInstance instance) => instance with
    {
        Attributes = StoredAttributes.None,
        Bytes = TransferSyntax.FromUid(instance.TransferSyntaxUid) is { IsEncapsulated: true }
            ? instance.Bytes
            : instance.Bytes with { Frames = default, PixelDigest = default },
    };

    private sealed class ArchivedInstance(IArchive archive, StoredInstances instances, InstanceInStudy found) : IStoredInstance
    {
        public string SopClassUid => found.Instance.SopClassUid;

        public string SopInstanceUid => found.Instance.SopInstanceUid;

        public TransferSyntax TransferSyntax => OutgoingInstance.OwnSyntax(Stored, found.Correction);

        private TransferSyntax Stored { get; } =
            TransferSyntax.FromUid(found.Instance.TransferSyntaxUid) ?? TransferSyntax.ExplicitVrLittleEndian;

        public bool CanBeWrittenIn(TransferSyntax syntax) => OutgoingInstance.CanBeWritten(Stored, syntax);

        public async Task WriteAsync(TransferSyntax syntax, PipeWriter output, CancellationToken cancellationToken)
        {
            var instance = await instances.WithBytesAsync(found, cancellationToken).ConfigureAwait(false);
            await using var content = await InstanceContent.OpenAsync(archive, instance, cancellationToken).ConfigureAwait(false);
            OutgoingInstance outgoing;
            try
            {
                outgoing = await OutgoingInstance.PrepareAsync(content, syntax, found.Correction, cancellationToken).ConfigureAwait(false);
            }
            catch (UndecodableException e)
            {
                throw new InstanceUnavailableException(e.Message, e);
            }

            await outgoing.WriteDataSetAsync(output, cancellationToken).ConfigureAwait(false);
        }
    }
}
