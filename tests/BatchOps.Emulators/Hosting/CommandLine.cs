using System.Globalization;
using System.Text;

namespace BatchOps.Emulators.Hosting;

/// <summary>Options of the form <c>--name value</c> or <c>--name=value</c>, each with its help and its default.</summary>
internal sealed class CommandLine
{
    private readonly List<Option> _options = [];

    public CommandLine Text(string name, string placeholder, string help, string standard, Action<string> set)
    {
        _options.Add(new Option(name, placeholder, help, standard, set));
        return this;
    }

    public CommandLine Whole(string name, string help, long standard, long least, long most, Action<long> set) =>
        Text(name, "N", help, Invariant(standard), value => set(
            long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw Bad(name, value, $"a whole number from {least} to {most}")));

    /// <summary>A probability, 0 to 1.</summary>
    public CommandLine Share(string name, string help, Action<double> set) =>
        Text(name, "0..1", help, "0", value => set(
            double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
                ? share
                : throw Bad(name, value, "a number from 0 to 1")));

    public CommandLine Milliseconds(string name, string help, TimeSpan standard, Action<TimeSpan> set) =>
        Duration(name, "MS", help, standard.TotalMilliseconds, TimeSpan.FromMilliseconds, "milliseconds", set);

    public CommandLine Seconds(string name, string help, TimeSpan standard, Action<TimeSpan> set) =>
        Duration(name, "S", help, standard.TotalSeconds, TimeSpan.FromSeconds, "seconds", set);

    /// <summary>One of the words.</summary>
    public CommandLine Choice<T>(string name, string help, string standard, IReadOnlyList<(string Word, T Value)> words, Action<T> set)
    {
        var choices = string.Join('|', words.Select(static word => word.Word));
        return Text(name, choices, help, standard, value =>
        {
            foreach (var (word, meaning) in words)
            {
                if (word == value)
                {
                    set(meaning);
                    return;
                }
            }

            throw Bad(name, value, choices.Replace("|", " or "));
        });
    }

    /// <exception cref="CommandLineException">An option that there is not, or a value that cannot be used.</exception>
    public void Parse(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var parts = arguments[i].Split('=', 2);
            var option = _options.Find(option => $"--{option.Name}" == parts[0])
                ?? throw new CommandLineException($"There is no option '{parts[0]}'. See --help.");
            if (parts.Length == 1 && ++i == arguments.Count)
            {
                throw new CommandLineException($"--{option.Name} needs a value: {option.Placeholder}.");
            }

            option.Set(parts.Length == 2 ? parts[1] : arguments[i]);
        }
    }

    public string Help()
    {
        var width = _options.Max(static option => option.Left.Length);
        var text = new StringBuilder();
        foreach (var option in _options)
        {
            var standard = option.Standard.Length == 0 ? "" : $" [{option.Standard}]";
            text.Append("  ").Append(option.Left.PadRight(width)).Append("  ").Append(option.Help).Append(standard).Append('\n');
        }

        return text.ToString();
    }

    private static string Invariant(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static CommandLineException Bad(string name, string value, string allowed) =>
        new($"--{name} cannot be '{value}': it takes {allowed}.");

    private CommandLine Duration(string name, string placeholder, string help, double standard, Func<double, TimeSpan> convert, string unit, Action<TimeSpan> set) =>
        Text(name, placeholder, help, Invariant(standard), value => set(
            double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 86_400_000
                ? convert(number)
                : throw Bad(name, value, $"{unit}, 0 or more")));

    private sealed record Option(string Name, string Placeholder, string Help, string Standard, Action<string> Set)
    {
        public string Left => $"--{Name} {Placeholder}";
    }
}
