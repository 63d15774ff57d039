using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CloudPacs.Dicom;

/// <summary>
/// Writes the metadata of a stored instance as one object of the DICOM JSON model (PS3.18 annex F): no group lengths, long values by their
/// address, pixel data always so. It holds no more than one item of a sequence of the data set itself. The pass is done with the pixel
/// data; what follows them is not shown.
/// </summary>
public sealed class MetadataWriter : StoredDataSetPass
{
    private readonly MetadataVisitor _visitor;
    private readonly ChangingVisitor? _changing;
    private readonly Utf8JsonWriter _json;

    /// <param name="syntax">What the data set is stored in.</param>
    /// <param name="output">Takes UTF-8; several objects and what stands between them may be written to it in turn.</param>
    /// <param name="form">What is written inline, and where the rest can be had.</param>
    /// <param name="limits">Null for the standard ones.</param>
    /// <param name="changes">Attributes that are other ones; null for none.</param>
    public MetadataWriter(
        TransferSyntax syntax, IBufferWriter<byte> output, MetadataForm form, InstanceLimits? limits = null,
        AttributeChanges? changes = null)
        : this(syntax, new Utf8JsonWriter(output, new JsonWriterOptions
        {
            // What is sent as application/dicom+json stands in no page: letters go as they are.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            SkipValidation = true,
        }), form, limits ?? InstanceLimits.Standard, changes)
    {
    }

    private MetadataWriter(
        TransferSyntax syntax, Utf8JsonWriter json, MetadataForm form, InstanceLimits limits, AttributeChanges? changes)
        : this(syntax, json, new MetadataVisitor(syntax, json, form, limits), limits, changes)
    {
    }

    private MetadataWriter(
        TransferSyntax syntax, Utf8JsonWriter json, MetadataVisitor visitor, InstanceLimits limits, AttributeChanges? changes)
        : this(syntax, json, visitor, changes is null ? null : new ChangingVisitor(visitor, changes, syntax.IsBigEndian), limits)
    {
    }

    private MetadataWriter(
        TransferSyntax syntax, Utf8JsonWriter json, MetadataVisitor visitor, ChangingVisitor? changing, InstanceLimits limits)
        : base(syntax, (DataSetVisitor?)changing ?? visitor, limits)
    {
        _json = json;
        _visitor = visitor;
        _changing = changing;
        json.WriteStartObject();
    }

    private protected override void Complete()
    {
        _changing?.Complete();
        _visitor.Complete();
        _json.WriteEndObject();
        _json.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        // What is still in the writer belongs to an object that was not finished.
        if (Error != null) _json.Reset();
        _json.Dispose();
        _visitor.Dispose();
    }
}
