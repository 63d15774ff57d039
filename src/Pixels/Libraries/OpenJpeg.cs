using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CloudPacs.Pixels.Libraries;

/// <summary>
/// The C interface of OpenJPEG 2.5 (openjpeg.h), a decoder of JPEG 2000 and High-Throughput JPEG 2000 (ITU-T T.800, T.814).
/// </summary>
internal sealed unsafe class OpenJpeg
{
    private static readonly string[] EntryPoints =
    [
        "opj_create_decompress", "opj_set_default_decoder_parameters", "opj_setup_decoder", "opj_stream_create",
        "opj_stream_set_read_function",
        "opj_stream_set_skip_function", "opj_stream_set_seek_function", "opj_stream_set_user_data", "opj_stream_set_user_data_length",
        "opj_read_header", "opj_decode", "opj_end_decompress", "opj_image_destroy", "opj_stream_destroy", "opj_destroy_codec",
        "opj_set_error_handler", "opj_decoder_set_strict_mode",
    ];

    private readonly delegate* unmanaged[Cdecl]<int, nint> _create;
    private readonly delegate* unmanaged[Cdecl]<void*, void> _setDefaults;
    private readonly delegate* unmanaged[Cdecl]<nint, void*, int> _setup;
    private readonly delegate* unmanaged[Cdecl]<nuint, int, nint> _createStream;
    private readonly delegate* unmanaged[Cdecl]<nint, void*, void> _setRead;
    private readonly delegate* unmanaged[Cdecl]<nint, void*, void> _setSkip;
    private readonly delegate* unmanaged[Cdecl]<nint, void*, void> _setSeek;
    private readonly delegate* unmanaged[Cdecl]<nint, void*, void*, void> _setUserData;
    private readonly delegate* unmanaged[Cdecl]<nint, ulong, void> _setLength;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, Image**, int> _readHeader;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, Image*, int> _decode;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> _endDecompress;
    private readonly delegate* unmanaged[Cdecl]<Image*, void> _destroyImage;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _destroyStream;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _destroyCodec;
    private readonly delegate* unmanaged[Cdecl]<nint, void*, void*, int> _setErrorHandler;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> _setStrictMode;

    private OpenJpeg(NativeCodecLibrary library)
    {
        _create = (delegate* unmanaged[Cdecl]<int, nint>)library["opj_create_decompress"];
        _setDefaults = (delegate* unmanaged[Cdecl]<void*, void>)library["opj_set_default_decoder_parameters"];
        _setup = (delegate* unmanaged[Cdecl]<nint, void*, int>)library["opj_setup_decoder"];
        _createStream = (delegate* unmanaged[Cdecl]<nuint, int, nint>)library["opj_stream_create"];
        _setRead = (delegate* unmanaged[Cdecl]<nint, void*, void>)library["opj_stream_set_read_function"];
        _setSkip = (delegate* unmanaged[Cdecl]<nint, void*, void>)library["opj_stream_set_skip_function"];
        _setSeek = (delegate* unmanaged[Cdecl]<nint, void*, void>)library["opj_stream_set_seek_function"];
        _setUserData = (delegate* unmanaged[Cdecl]<nint, void*, void*, void>)library["opj_stream_set_user_data"];
        _setLength = (delegate* unmanaged[Cdecl]<nint, ulong, void>)library["opj_stream_set_user_data_length"];
        _readHeader = (delegate* unmanaged[Cdecl]<nint, nint, Image**, int>)library["opj_read_header"];
        _decode = (delegate* unmanaged[Cdecl]<nint, nint, Image*, int>)library["opj_decode"];
        _endDecompress = (delegate* unmanaged[Cdecl]<nint, nint, int>)library["opj_end_decompress"];
        _destroyImage = (delegate* unmanaged[Cdecl]<Image*, void>)library["opj_image_destroy"];
        _destroyStream = (delegate* unmanaged[Cdecl]<nint, void>)library["opj_stream_destroy"];
        _destroyCodec = (delegate* unmanaged[Cdecl]<nint, void>)library["opj_destroy_codec"];
        _setErrorHandler = (delegate* unmanaged[Cdecl]<nint, void*, void*, int>)library["opj_set_error_handler"];
        _setStrictMode = (delegate* unmanaged[Cdecl]<nint, int, int>)library["opj_decoder_set_strict_mode"];
    }

    /// <summary>What takes a component's samples out of the library's memory.</summary>
    /// <param name="component">0 for the first.</param>
    public delegate void TakeComponent(int component, int columns, int rows, ReadOnlySpan<int> samples);

    public static OpenJpeg? TryLoad(out string? whyNot)
    {
        string[] names = ["libopenjp2.so.7", "libopenjp2.7.dylib", "openjp2"];
        var library = NativeCodecLibrary.TryLoad("libopenjp2-7", names, EntryPoints, out whyNot);
        return library == null ? null : new OpenJpeg(library);
    }

    /// <summary>Decodes a code stream, or a JP2 file, whose sizes were checked.</summary>
    public void Decode(ReadOnlySpan<byte> stream, bool isInBoxes, TakeComponent take)
    {
        var codec = _create(isInBoxes ? 2 : 0);
        nint reader = 0;
        Image* image = null;
        // The library's parameters are about 8 KiB of which none is changed here.
        var parameters = NativeMemory.AllocZeroed(64 * 1024);
        try
        {
            fixed (byte* bytes = stream)
            {
                var source = new Source { Bytes = bytes, Length = stream.Length };
                _setErrorHandler(codec, (delegate* unmanaged[Cdecl]<sbyte*, Source*, void>)&Complain, &source);
                _setDefaults(parameters);
                _setup(codec, parameters);
                _setStrictMode(codec, 1);
                reader = _createStream(1 << 16, 1);
                _setRead(reader, (delegate* unmanaged[Cdecl]<void*, nuint, Source*, nint>)&Read);
                _setSkip(reader, (delegate* unmanaged[Cdecl]<long, Source*, long>)&Skip);
                _setSeek(reader, (delegate* unmanaged[Cdecl]<long, Source*, int>)&Seek);
                _setUserData(reader, &source, null);
                _setLength(reader, (ulong)stream.Length);
                if (_readHeader(reader, codec, &image) == 0 || _decode(codec, reader, image) == 0) throw Broken(&source);
                _endDecompress(codec, reader);
                if (image == null) throw Broken(&source);
                for (var i = 0; i < (int)image->ComponentCount; i++)
                {
                    var component = image->Components + i;
                    if (component->Data == null) throw Broken(&source);
                    var count = checked((int)(component->Width * component->Height));
                    take(i, (int)component->Width, (int)component->Height, new ReadOnlySpan<int>(component->Data, count));
                }
            }
        }
        finally
        {
            if (image != null) _destroyImage(image);
            if (reader != 0) _destroyStream(reader);
            _destroyCodec(codec);
            NativeMemory.Free(parameters);
        }
    }

    private static PixelException Broken(Source* source)
    {
        var words = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(source->Message);
        var text = System.Text.Encoding.UTF8.GetString(words).Trim();
        return PixelException.Damaged($"The JPEG 2000 stream is broken: {(text.Length > 0 ? text : "it ends early")}");
    }

    /// <summary>Keeps the first message: what follows from it says less.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Complain(sbyte* message, Source* source)
    {
        if (source->Message[0] != 0) return;
        for (var i = 0; i < Source.MessageBytes - 1 && message[i] != 0; i++) source->Message[i] = (byte)message[i];
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Read(void* buffer, nuint wanted, Source* source)
    {
        var count = Math.Min((long)Math.Min(wanted, int.MaxValue), source->Length - source->At);
        if (count <= 0) return -1;
        Buffer.MemoryCopy(source->Bytes + source->At, buffer, count, count);
        source->At += count;
        return (nint)count;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Skip(long count, Source* source)
    {
        if (count < 0 || source->At >= source->Length) return -1;
        var step = Math.Min(count, source->Length - source->At);
        source->At += step;
        return step;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Seek(long position, Source* source)
    {
        if (position < 0 || position > source->Length) return 0;
        source->At = position;
        return 1;
    }

    private struct Source
    {
        public const int MessageBytes = 200;

        public byte* Bytes;
        public long Length;
        public long At;
        public fixed byte Message[MessageBytes];
    }

    /// <summary>opj_image_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Image
    {
        public uint Left, Top, Right, Bottom, ComponentCount;
        public int ColorSpace;
        public Component* Components;
        public byte* IccProfile;
        public uint IccProfileLength;
    }

    /// <summary>opj_image_comp_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Component
    {
        public uint StepX, StepY, Width, Height, Left, Top, Precision, BitDepth, IsSigned, Resolution, Factor;
        public int* Data;
        public ushort Alpha;
    }
}
