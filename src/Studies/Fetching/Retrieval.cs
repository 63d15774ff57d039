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

    /// <summary>By series and number; documents last.</summary>
    public async Task<IReadOnlyList<IStoredInstance>> FindAsync(RetrieveScope scope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scope);
        var (images, documents) = (new List<IStoredInstance>(), new List<IStoredInstance>());
        await foreach (var (_, series, instance) in instances.FindAsync(scope.Filter, cancellationToken).ConfigureAwait(false))
            (Documents.Contains(series.Modality) ? documents : images).Add(new ArchivedInstance(archive, Slim(instance)));
        return documents.Count == 0 ? images : [.. images, .. documents];
    }

    // Thousands may wait to be sent: only what is needed for that is kept.
    private static StoredInstance Slim(StoredInstance instance) => instance with
    {
        Attributes = StoredAttributes.None,
        Bytes = instance.Bytes with { Frames = default, PixelDigest = default },
    };

    private sealed class ArchivedInstance(IArchive archive, StoredInstance instance) : IStoredInstance
    {
        public string SopClassUid => instance.SopClassUid;

        public string SopInstanceUid => instance.SopInstanceUid;

        public TransferSyntax TransferSyntax { get; } =
            TransferSyntax.FromUid(instance.TransferSyntaxUid) ?? TransferSyntax.ExplicitVrLittleEndian;

        public bool CanBeWrittenIn(TransferSyntax syntax) =>
            syntax.Uid == TransferSyntax.Uid
            || (syntax.Uid == TransferSyntax.ExplicitVrLittleEndian.Uid && !TransferSyntax.IsEncapsulated);

        public async Task WriteAsync(TransferSyntax syntax, PipeWriter output, CancellationToken cancellationToken)
        {
            await using var content = await InstanceContent.OpenAsync(archive, instance, cancellationToken).ConfigureAwait(false);
            await content.WriteDataSetAsync(syntax, output, cancellationToken).ConfigureAwait(false);
        }
    }
}
