using System.Buffers;

namespace CloudPacs.Mllp.Framing;

/// <summary>
/// Finds MLLP frames (VT content FS CR; HL7 v2.5.1 appendix C 4.1) in whatever portions the network delivers. Pure: the same
/// bytes give the same frames however they are split, no byte is scanned twice, and no input makes it throw.
/// </summary>
internal static class FrameReader
{
    public const byte StartBlock = 0x0B;
    public const byte EndBlock = 0x1C;
    public const byte CarriageReturn = 0x0D;

    /// <summary>
    /// Bytes that peers put between frames: line ends, a doubled end block, NUL, blanks and the control bytes used to keep a line alive.
    /// </summary>
    private static readonly SearchValues<byte> Padding =
        SearchValues.Create([0x00, 0x03, 0x04, 0x05, 0x06, 0x09, 0x0A, CarriageReturn, 0x15, 0x17, 0x1A, EndBlock, 0x20]);

    /// <summary>What senders put where the CR of the end block belongs.</summary>
    private static readonly SearchValues<byte> InPlaceOfReturn = SearchValues.Create([0x00, 0x03, 0x04, 0x0A, 0x17, 0x1A, EndBlock]);

    // More of it is no slip of a sender: the frame has ended.
    private const int MostInPlaceOfReturn = 16;

    /// <summary>Reads one step from the start of <paramref name="input"/>.</summary>
    /// <param name="isEnd">No byte will follow, so that what could still change its meaning no longer can.</param>
    /// <param name="isPause">None came for a while after what may be the end of a frame (<see cref="FrameState.MayBeEnd"/>).</param>
    public static FrameResult Read(
        ReadOnlySpan<byte> input, FrameState state, in FrameRules rules, bool isEnd, bool isPause = false) => state.Phase switch
        {
            FramePhase.Between => ReadBetween(input, rules, isEnd),
            FramePhase.Stray => ReadStray(input, state.Scanned, isEnd),
            FramePhase.StrayTail => ReadStrayTail(input),
            _ => ReadContent(input, state, rules, isEnd, isPause),
        };

    private static FrameResult ReadBetween(ReadOnlySpan<byte> input, in FrameRules rules, bool isEnd)
    {
        if (input.IsEmpty) return NeedMore(default);

        var padding = input.IndexOfAnyExcept(Padding);
        if (padding < 0) padding = input.Length;
        if (padding > 0) return new(FrameStatus.Skipped, padding, 0..padding, default);

        if (input[0] == StartBlock) return ReadContent(input, new(FramePhase.Framed, 1), rules, isEnd, isPause: false);
        if (rules.AllowUnframed)
        {
            if (input.StartsWith("MSH"u8)) return ReadContent(input, new(FramePhase.Unframed, 0), rules, isEnd, isPause: false);
            if (!isEnd && "MSH"u8.StartsWith(input)) return NeedMore(default);
        }

        return ReadStray(input, 0, isEnd);
    }

    private static FrameResult ReadStray(ReadOnlySpan<byte> input, int scanned, bool isEnd)
    {
        // A message that lacks its start block may still have its end.
        var isMessage = input.StartsWith("MSH"u8);
        var kept = isMessage ? FrameRules.UnframedBytesKept : FrameRules.StrayBytesKept;
        var rest = input[scanned..];
        var found = isMessage && scanned < kept ? rest.IndexOfAny(StartBlock, EndBlock) : rest.IndexOf(StartBlock);
        if (found >= 0 && rest[found] == EndBlock)
        {
            var mark = scanned + found;
            if (mark >= kept) return new(FrameStatus.NoStartBlock, mark, 0..kept, new(FramePhase.StrayTail, 0));
            if (mark + 1 == input.Length && !isEnd) return NeedMore(new(FramePhase.Stray, mark));
            var end = mark + 1 < input.Length && input[mark + 1] == CarriageReturn ? mark + 2 : mark + 1;
            return new(FrameStatus.NoStartBlock, end, 0..Math.Min(end, kept), default);
        }

        if (found < 0 && input.Length < kept && !isEnd) return NeedMore(new(FramePhase.Stray, input.Length));

        var length = found < 0 ? input.Length : scanned + found;
        var next = found < 0 ? new FrameState(FramePhase.StrayTail, 0) : default;
        return new(FrameStatus.NoStartBlock, length, 0..Math.Min(length, kept), next);
    }

    private static FrameResult ReadStrayTail(ReadOnlySpan<byte> input)
    {
        var found = input.IndexOf(StartBlock);
        if (found == 0) return new(FrameStatus.Skipped, 0, default, default);
        if (input.IsEmpty) return NeedMore(new(FramePhase.StrayTail, 0));

        var length = found < 0 ? input.Length : found;
        return new(FrameStatus.Skipped, length, 0..length, found < 0 ? new(FramePhase.StrayTail, 0) : default);
    }

    private static FrameResult ReadContent(
        ReadOnlySpan<byte> input, FrameState state, in FrameRules rules, bool isEnd, bool isPause)
    {
        var first = state.Phase == FramePhase.Framed ? 1 : 0;
        var at = state.Scanned;
        // Some senders write the start block twice.
        if (first == 1 && at == 1 && input.Length > 1 && input[1] == StartBlock) return new(FrameStatus.Skipped, 1, 0..1, default);

        while (true)
        {
            var found = input[at..].IndexOfAny(EndBlock, StartBlock);
            var mark = found < 0 ? input.Length : at + found;
            if (mark - first > rules.MaxBytes) return new(FrameStatus.TooLarge, mark, first..(first + rules.MaxBytes), default);
            if (found < 0) return NeedMore(new(state.Phase, mark));

            var after = input[(mark + 1)..];
            if (input[mark] == EndBlock)
            {
                if (!after.IsEmpty && after[0] == CarriageReturn) return new(FrameStatus.Frame, mark + 2, first..mark, default);
                if (after.IsEmpty && isEnd) return new(FrameStatus.FrameWithoutCr, mark + 1, first..mark, default);
                if (after.IsEmpty && rules.OnlyEndBlockEnds) return NeedMore(new(state.Phase, mark));
                if (!rules.OnlyEndBlockEnds && EndWithoutReturn(after, isEnd || isPause) is { } taken)
                {
                    return taken < 0
                        ? NeedMore(new(state.Phase, mark, MayBeEnd: true))
                        : new(FrameStatus.FrameWithoutCr, mark + 1 + taken, first..mark, default);
                }
            }
            else if (!rules.OnlyEndBlockEnds)
            {
                if (BeginsMessage(after)) return new(FrameStatus.Truncated, mark, first..mark, default);
                if (!isEnd && CouldBeginMessage(after)) return NeedMore(new(state.Phase, mark));
            }

            at = mark + 1;
        }
    }

    /// <summary>
    /// FS without CR ends a frame when the next one begins, when CR comes after a wrong byte, or when nothing more comes (A1.1), blanks
    /// aside; else it is content.
    /// </summary>
    /// <returns>The bytes after FS that go with it, -1 when that is not known yet, null when the content goes on.</returns>
    private static int? EndWithoutReturn(ReadOnlySpan<byte> after, bool isLast)
    {
        var wrong = after.IndexOfAnyExcept(InPlaceOfReturn);
        if (wrong < 0) wrong = after.Length;
        if (wrong >= MostInPlaceOfReturn) return MostInPlaceOfReturn;
        if (wrong == after.Length) return isLast ? wrong : -1;
        if (after[wrong] == StartBlock) return wrong;
        if (after[wrong] == CarriageReturn) return wrong + 1;
        // A blank is text when more text comes.
        var padding = after[..Math.Min(after.Length, MostInPlaceOfReturn)];
        var other = padding.IndexOfAnyExcept(Padding);
        if (other >= 0) return padding[other] == StartBlock ? other : null;
        return padding.Length == MostInPlaceOfReturn ? null : isLast ? padding.Length : -1;
    }

    private static bool BeginsMessage(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("MSH"u8) || bytes.StartsWith("FHS"u8) || bytes.StartsWith("BHS"u8);

    private static bool CouldBeginMessage(ReadOnlySpan<byte> bytes) =>
        "MSH"u8.StartsWith(bytes) || "FHS"u8.StartsWith(bytes) || "BHS"u8.StartsWith(bytes);

    private static FrameResult NeedMore(FrameState state) => new(FrameStatus.NeedMore, 0, default, state);
}
