using System.Management.Automation.Runspaces;
using System.Reflection;

namespace BatchOps.PowerShell.Workers;

/// <summary>PowerShell's own format data, loaded once for all runspaces of a template.</summary>
/// <remarks>
/// Each runspace loads its own otherwise: over a megabyte of views, nearly half of what it allocates. A
/// <see cref="FormatTable"/>, the public way to share them, takes no additions, so the views of a module that an item
/// imports would be lost. Here each runspace keeps a manager of its own, which only starts from the shared database.
/// PowerShell never changes a database: an import builds a new one from the runspace's list of format files, which the
/// runspace is given back for that. Where a version of PowerShell lacks one of the members, each worker loads its own.
/// </remarks>
internal sealed class SharedFormatData
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly PropertyInfo? Context = typeof(Runspace).GetProperty("ExecutionContext", Members);
    private static readonly PropertyInfo? Manager = Context?.PropertyType.GetProperty("FormatDBManager", Members);
    private static readonly PropertyInfo? ManagerOfTable = typeof(FormatTable).GetProperty("FormatDBManager", Members);
    private static readonly PropertyInfo? Database = Manager?.PropertyType.GetProperty("Database", Members);

    private readonly InitialSessionStateEntryCollection<SessionStateFormatEntry> _files;
    private readonly object _database;

    private SharedFormatData(InitialSessionStateEntryCollection<SessionStateFormatEntry> files, object database)
    {
        _files = files;
        _database = database;
    }

    /// <summary>Takes the format data out of a template of runspaces.</summary>
    /// <returns>What gives them to a runspace that was opened from the template; null when they stay in it.</returns>
    public static SharedFormatData? TakeFrom(InitialSessionState template)
    {
        if (Manager is null || ManagerOfTable?.PropertyType != Manager.PropertyType || Database?.CanWrite != true)
        {
            return null;
        }

        var files = template.Formats.Clone();
        object? database;
        try
        {
            database = Database.GetValue(ManagerOfTable.GetValue(new FormatTable(files.Select(static file => file.FileName))));
        }
        catch (Exception error) when (error is FormatTableLoadException or ArgumentException)
        {
            // A file that can't be read: each runspace says so itself.
            return null;
        }

        if (database is null)
        {
            return null;
        }

        template.Formats.Clear();
        return new SharedFormatData(files, database);
    }

    /// <summary>Gives a runspace that has just been opened its format data.</summary>
    public void GiveTo(Runspace runspace)
    {
        Database!.SetValue(Manager!.GetValue(Context!.GetValue(runspace)), _database);
        runspace.InitialSessionState.Formats.Add(_files);
    }
}
