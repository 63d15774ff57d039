using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Libraries;

/// <summary>The C interface of CharLS 2 (charls_jpegls_decoder.h), a decoder of JPEG-LS (ITU-T T.87).</summary>
internal sealed unsafe class CharLs
{
    private static readonly string[] EntryPoints =
    [
        "charls_jpegls_decoder_create", "charls_jpegls_decoder_destroy", "charls_jpegls_decoder_set_source_buffer",
        "charls_jpegls_decoder_read_header", "charls_jpegls_decoder_get_interleave_mode", "charls_jpegls_decoder_get_destination_size",
        "charls_jpegls_decoder_decode_to_buffer", "charls_get_error_message",
    ];

    private readonly delegate* unmanaged[Cdecl]<nint> _create;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _destroy;
    private readonly delegate* unmanaged[Cdecl]<nint, void*, nuint, int> _setSource;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _readHeader;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _getInterleaveMode;
    private readonly delegate* unmanaged[Cdecl]<nint, uint, nuint*, int> _getDestinationSize;
    private readonly delegate* unmanaged[Cdecl]<nint, void*, nuint, uint, int> _decode;
    private readonly delegate* unmanaged[Cdecl]<int, nint> _getErrorMessage;

    private CharLs(NativeCodecLibrary library)
    {
        _create = (delegate* unmanaged[Cdecl]<nint>)library[EntryPoints[0]];
        _destroy = (delegate* unmanaged[Cdecl]<nint, void>)library[EntryPoints[1]];
        _setSource = (delegate* unmanaged[Cdecl]<nint, void*, nuint, int>)library[EntryPoints[2]];
        _readHeader = (delegate* unmanaged[Cdecl]<nint, int>)library[EntryPoints[3]];
        _getInterleaveMode = (delegate* unmanaged[Cdecl]<nint, int*, int>)library[EntryPoints[4]];
        _getDestinationSize = (delegate* unmanaged[Cdecl]<nint, uint, nuint*, int>)library[EntryPoints[5]];
        _decode = (delegate* unmanaged[Cdecl]<nint, void*, nuint, uint, int>)library[EntryPoints[6]];
        _getErrorMessage = (delegate* unmanaged[Cdecl]<int, nint>)library[EntryPoints[7]];
    }

    public static CharLs? TryLoad(out string? whyNot)
    {
        string[] names = ["libcharls.so.2", "libcharls.2.dylib", "charls-2-x64"];
        var library = NativeCodecLibrary.TryLoad("libcharls2", names, EntryPoints, out whyNot);
        return library == null ? null : new CharLs(library);
    }

    /// <summary>Decodes into cells whose size was checked.</summary>
    /// <param name="isByPlane">The components came one after the other, not by pixel.</param>
    public void Decode(ReadOnlySpan<byte> stream, Span<byte> cells, out bool isByPlane)
    {
        var decoder = _create();
        if (decoder == 0) throw new InvalidOperationException("CharLS made no decoder.");
        try
        {
            fixed (byte* source = stream)
            fixed (byte* target = cells)
            {
                int mode;
                nuint size;
                Require(_setSource(decoder, source, (nuint)stream.Length));
                Require(_readHeader(decoder));
                Require(_getDestinationSize(decoder, 0, &size));
                if (size != (nuint)cells.Length)
                    throw PixelException.Damaged($"The JPEG-LS stream decodes to {size} bytes, the attributes need {cells.Length}.");
                Require(_decode(decoder, target, (nuint)cells.Length, 0));
                // Known for certain once the scan header was read.
                Require(_getInterleaveMode(decoder, &mode));
                isByPlane = mode == 0;
            }
        }
        finally
        {
            _destroy(decoder);
        }
    }

    private void Require(int error)
    {
        if (error != 0) throw PixelException.Damaged($"The JPEG-LS stream is broken: {Marshal.PtrToStringUTF8(_getErrorMessage(error))}.");
    }
}
