using Spectre.Console;

namespace CloudPacs.CommandLine;

/// <summary>Tables for people.</summary>
internal static class Tables
{
    /// <summary>Cells are never folded below this width: an id that is broken over lines can be neither copied nor searched for.</summary>
    private const int LeastWidth = 160;

    public static void Print(Table table)
    {
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, Console.IsOutputRedirected ? 2 * LeastWidth : LeastWidth);
        AnsiConsole.Write(table);
    }
}
