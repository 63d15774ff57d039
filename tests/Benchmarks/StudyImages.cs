using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;

namespace CloudPacs.Benchmarks;

/// <summary>
/// Images of one size, each with a UID of its own, in series of <see cref="SeriesLength"/> of one study each. One data set is encoded; for
/// each image its numbers are written over, so that the sender has little work.
/// </summary>
internal sealed class StudyImages
{
    public const int SeriesLength = 200;
    private const long First = 1_000_000_000;
    private const string Root = "1.2.826.0.1.3680043.10.2.9.";
    private readonly byte[] _dataSet;
    private readonly int[] _ofStudy, _ofInstance;
    private readonly long _sender;

    /// <param name="bytes">Length of the data set, about.</param>
    /// <param name="sender">Tells the images of one sender from those of others: 0 to 99.</param>
    /// <param name="seriesLength">How many are of one study.</param>
    public StudyImages(int bytes, int sender, int seriesLength = SeriesLength)
    {
        (_sender, Length) = (sender, seriesLength);
        var (study, instance) = ($"{Root}8.{First}", $"{Root}7.{First}");
        var data = new DataSet()
            .Set(Tags.SopClassUid, Uids.SecondaryCaptureImageStorage).Set(Tags.SopInstanceUid, instance).Set(Tags.StudyDate, "20260310")
            .Set(Tags.StudyTime, "093500").Set(Tags.AccessionNumber, "").Set(Tags.Modality, "CT").Set(Tags.PatientName, "SHARMA^RAHUL")
            .Set(Tags.PatientId, "BENCH").Set(Tags.StudyInstanceUid, study).Set(Tags.SeriesInstanceUid, study + ".1")
            .Set(Tags.SeriesNumber, "1").Set(Tags.InstanceNumber, "1").Set(Tags.PhotometricInterpretation, "MONOCHROME2");
        var rows = bytes / 512;
        foreach (var (tag, value) in new[]
        {
            (Tags.SamplesPerPixel, 1), (Tags.Rows, rows), (Tags.Columns, 256), (Tags.BitsAllocated, 16), (Tags.BitsStored, 12), (Tags.HighBit, 11),
            (Tags.PixelRepresentation, 0),
        })
        {
            var number = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(number, (ushort)value);
            data.SetBytes(tag, VR.US, number);
        }

        var pixels = new byte[rows * 512];
        new Random(1).NextBytes(pixels);
        data.SetBytes(Tags.PixelData, VR.OW, pixels);
        var encoded = new ArrayBufferWriter<byte>(bytes + 2048);
        DataSetWriter.Write(data, TransferSyntax.ExplicitVrLittleEndian, encoded, SpecificCharacterSet.Default);
        _dataSet = encoded.WrittenSpan.ToArray();
        (_ofStudy, _ofInstance) = (PlacesOf($"{Root}8."), PlacesOf($"{Root}7."));
    }

    private int Length { get; }

    public int Bytes => _dataSet.Length;

    public static string InstanceUid(long number) => string.Create(CultureInfo.InvariantCulture, $"{Root}7.{First + number}");

    public static string StudyUid(long number) => string.Create(CultureInfo.InvariantCulture, $"{Root}8.{First + number}");

    /// <summary>The number of the sender's image, and that of its study.</summary>
    public (long Instance, long Study) Number(int image) => ((_sender * 10_000_000) + image, (_sender * 10_000_000) + (image / Length));

    /// <summary>C-STORE of the image of a number; those of one object come one after the other.</summary>
    public async Task StoreAsync(DicomClient client, int image)
    {
        var (instance, study) = Number(image);
        foreach (var place in _ofStudy) Write(place, study);
        foreach (var place in _ofInstance) Write(place, instance);
        var status = await client.StoreAsync(
            Uids.SecondaryCaptureImageStorage, InstanceUid(instance), TransferSyntax.ExplicitVrLittleEndian,
            PipeReader.Create(new ReadOnlySequence<byte>(_dataSet)), CancellationToken.None);
        if (status.Status != DimseStatus.Success) throw new InvalidOperationException($"Not stored: {status.Status:X4}");
    }

    private void Write(int place, long number) => (First + number).TryFormat(_dataSet.AsSpan(place, 10), out _, default, CultureInfo.InvariantCulture);

    private int[] PlacesOf(string root)
    {
        var places = new List<int>();
        var name = System.Text.Encoding.ASCII.GetBytes(root);
        for (var at = 0; _dataSet.AsSpan(at).IndexOf(name) is >= 0 and var found; at += found + name.Length) places.Add(at + found + name.Length);
        return [.. places];
    }
}
