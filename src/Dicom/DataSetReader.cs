using System.Buffers;
using System.IO.Compression;

namespace CloudPacs.Dicom;

/// <summary>
/// Reads data sets (PS3.5 section 7): implicit and explicit little endian, explicit big endian, deflated. Bad input is an error text, never
/// an exception.
/// </summary>
public static class DataSetReader
{
    /// <summary>Reads the whole buffer. The data set refers to these bytes, which must not change while it is in use.</summary>
    /// <param name="bytes">The encoded data set.</param>
    /// <param name="syntax">The transfer syntax in use.</param>
    /// <param name="options">Limits; null for the standard ones.</param>
    /// <param name="dataSet">What was read; after an error the elements before it.</param>
    /// <param name="error">Where and why reading stopped, without any value of the data set.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes, TransferSyntax syntax, DataSetReaderOptions? options, out DataSet dataSet, out string? error)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        options ??= DataSetReaderOptions.Standard;
        if (syntax.IsDeflated && !TryInflate(bytes, options.MaxInflatedBytes, out bytes, out error))
        {
            dataSet = [];
            return false;
        }

        var parser = new DataSetParser(bytes, syntax.IsBigEndian, options);
        dataSet = parser.ReadTop(0, syntax.IsExplicitVr);
        error = parser.Error;
        return error == null;
    }

    /// <exception cref="InvalidDataException">The bytes are not a data set in that syntax.</exception>
    public static DataSet Read(ReadOnlyMemory<byte> bytes, TransferSyntax syntax, DataSetReaderOptions? options = null) =>
        TryRead(bytes, syntax, options, out var dataSet, out var error) ? dataSet : throw new InvalidDataException(error);

    internal static bool TryInflate(ReadOnlyMemory<byte> deflated, int maxBytes, out ReadOnlyMemory<byte> inflated, out string? error)
    {
        inflated = default;
        error = null;
        try
        {
            using var source = new MemoryStream(deflated.ToArray(), writable: false);
            using var stream = new DeflateStream(source, CompressionMode.Decompress);
            var output = new ArrayBufferWriter<byte>();
            while (true)
            {
                var count = stream.Read(output.GetSpan(16 * 1024));
                if (count == 0) break;
                output.Advance(count);
                if (output.WrittenCount <= maxBytes) continue;
                error = $"The deflated data set is larger than {maxBytes} bytes once inflated.";
                return false;
            }

            inflated = output.WrittenMemory;
            return true;
        }
        catch (InvalidDataException)
        {
            error = "The data set is not a deflate stream.";
            return false;
        }
    }
}
