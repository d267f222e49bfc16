BeforeDiscovery {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force
    $cmdlets = foreach ($command in Get-Command -Module BatchOps -CommandType Cmdlet) {
        $help = Get-Help $command.Name -Full
        @{
            Name       = $command.Name
            Command    = $command
            Help       = $help
            Parameters = @(foreach ($parameter in $command.Parameters.Values) {
                    if ($parameter.Name -notin [System.Management.Automation.Cmdlet]::CommonParameters) {
                        @{ Parameter = $parameter; ParameterName = $parameter.Name }
                    }
                })
            Examples   = @(foreach ($example in $help.examples.example) {
                    @{ Title = $example.title; Code = $example.code; Remarks = @($example.remarks.Text.Trim() | Where-Object Length) }
                })
        }
    }
}

BeforeAll {
    $root = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
    $manifest = "$root/BatchOps.psd1"

    # What an example leaves behind goes where the test tidies up, and no setting of the machine decides how it ends.
    $before = @{}
    foreach ($name in 'TMPDIR', 'TMP', 'TEMP') {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, "$TestDrive")
    }
    foreach ($variable in Get-ChildItem env:BATCHOPS_*) {
        $before[$variable.Name] = $variable.Value
        [Environment]::SetEnvironmentVariable($variable.Name, $null)
    }

    # Runs an example as a session that has just imported the module would.
    function Invoke-Example([string] $Code) {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($manifest)
        $state.ThrowOnRunspaceOpenError = $true
        $runspace = [runspacefactory]::CreateRunspace($state)
        $runspace.Open()
        $shell = [powershell]::Create($runspace).AddScript($Code).AddCommand('Out-String').AddParameter('Width', 200)
        $errors = [System.Collections.Generic.List[object]]::new()
        $output = $null
        try {
            $call = $shell.BeginInvoke()
            if (-not $call.AsyncWaitHandle.WaitOne(20000)) { throw 'The example did not end within 20 seconds.' }
            $output = $shell.EndInvoke($call)
        }
        catch { $errors.Add($_) }
        finally {
            $null = $shell.BeginStop($null, $null)
            $runspace.CloseAsync()
        }
        $errors.AddRange($shell.Streams.Error)
        @{ Output = Get-Line $output; Errors = $errors }
    }

    # Lines as a reader compares them: without colors, trailing blanks and empty lines.
    function Get-Line([string] $Text) {
        @($Text -replace '\e\[[0-9;]*m' -split '\r?\n' | ForEach-Object TrimEnd | Where-Object Length)
    }
}

AfterAll {
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
}

Describe 'Help' {
    It 'there is some for every cmdlet of the manifest' {
        $names = (Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object
        foreach ($name in $names) { (Get-Help $name -Full).Description | Should -Not -BeNullOrEmpty -Because $name }
    }

    It 'holds no cmdlet that the module does not export' {
        $documented = ([xml] (Get-Content -Raw "$root/module/en-US/BatchOps.dll-Help.xml")).helpItems.command.details.name
        $documented | Sort-Object | Should -Be ((Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object)
    }

    It 'is the one of this checkout' {
        $staged = (Get-Command Invoke-ConcurrentBatch).DLL | Split-Path | Join-Path -ChildPath 'en-US/BatchOps.dll-Help.xml'
        Get-Content -Raw $staged | Should -BeExactly (Get-Content -Raw "$root/module/en-US/BatchOps.dll-Help.xml") -Because 'the build stages it'
    }
}

Describe 'Help of <Name>' -ForEach $cmdlets {
    It 'has a synopsis and a description' {
        # Without help PowerShell makes the synopsis from the syntax.
        $Help.Synopsis | Should -Match '^\S.*\.$'
        $Help.Synopsis | Should -Not -Match '\[-'
        ($Help.Description.Text -join ' ').Length | Should -BeGreaterThan 200
    }

    It 'describes the parameters that there are, and no others' {
        $names = @($Parameters | ForEach-Object ParameterName | Sort-Object)
        @($Help.parameters.parameter.name | Where-Object { $_ } | Sort-Object) | Should -Be $names
        @($Help.syntax.syntaxItem.parameter.name | Where-Object { $_ } | Sort-Object -Unique) | Should -Be $names
    }

    It 'says of -<ParameterName> what it is for, and the truth about its type, place, range and default' -ForEach $Parameters {
        $entry = $Help.parameters.parameter | Where-Object name -eq $ParameterName
        $text = $entry.description.Text -join ' '
        $text | Should -Match '^[A-Z$].{20,}\.$'

        $attribute = @($Parameter.Attributes | Where-Object { $_ -is [Parameter] })[0]
        $type = [Nullable]::GetUnderlyingType($Parameter.ParameterType) ?? $Parameter.ParameterType
        $entry.type.name | Should -Be $type.Name
        $entry.required | Should -Be "$($attribute.Mandatory)"
        $entry.position | Should -Be $(if ($attribute.Position -lt 0) { 'named' } else { $attribute.Position })
        $entry.pipelineInput | Should -Be $(if ($attribute.ValueFromPipeline) { 'True (ByValue)' } elseif ($attribute.ValueFromPipelineByPropertyName) { 'True (ByPropertyName)' } else { 'False' })
        $entry.aliases | Should -Be $(if ($Parameter.Aliases) { $Parameter.Aliases -join ', ' } else { 'none' })

        $default = [Activator]::CreateInstance($Command.ImplementingType).$ParameterName
        if ($entry.defaultValue -eq 'the number of processors') { $default | Should -Be ([Environment]::ProcessorCount) }
        elseif ($null -ne $default) { $entry.defaultValue | Should -Be "$default" }

        foreach ($range in $Parameter.Attributes | Where-Object { $_ -is [ValidateRange] }) {
            $from, $to = $range.MinRange, $range.MaxRange | ForEach-Object { $_.ToString('#,##0.###', [cultureinfo]::InvariantCulture) }
            $text | Should -BeLike $(if ($range.MaxRange -is [long]) { "*$from or more*" } else { "*$from to $to*" })
        }
    }

    It 'names what comes in and what comes out' {
        $Help.inputTypes.inputType.description.Text | Should -Not -BeNullOrEmpty
        $Help.returnValues.returnValue.type.name | Should -Be $Command.OutputType.Name
    }

    It 'has numbered examples that say what they show' {
        $Examples | Should -Not -BeNullOrEmpty
        for ($i = 0; $i -lt $Examples.Count; $i++) {
            $Examples[$i].Title | Should -Match "^Example $($i + 1): ."
            $Examples[$i].Code | Should -Match "\b$Name\b"
            $Examples[$i].Remarks | Should -Not -BeNullOrEmpty
        }
    }

    It '<Title>' -ForEach $Examples {
        $run = Invoke-Example $Code
        if ($Remarks -match 'writes an error') {
            $run.Errors | Should -Not -BeNullOrEmpty -Because 'its remarks say that it writes an error'
        }
        else {
            $run.Errors | ForEach-Object { "$_" } | Should -BeNullOrEmpty
        }

        $shown = [array]::IndexOf($Remarks, 'Output:')
        if ($shown -ge 0) { $run.Output | Should -Be (Get-Line $Remarks[$shown + 1]) }
    }
}

Describe 'about_BatchOps' {
    BeforeAll {
        $text = Get-Content -Raw "$root/module/en-US/about_BatchOps.help.txt"
    }

    It 'is found in a session that has imported the module' {
        $found = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command { Import-Module $args[0]; Get-Help about_BatchOps } -args $manifest
        Get-Line ($found -join "`n") | Should -Be (Get-Line $text)
    }

    It 'fits a console of 80 columns' {
        $text -split '\r?\n' | Where-Object Length -gt 80 | Should -BeNullOrEmpty
    }

    It 'names every cmdlet, setting and status' {
        $words = @(Get-Command -Module BatchOps | ForEach-Object Name)
        $words += [enum]::GetNames((1 | Invoke-ConcurrentBatch { } -AsResult).Status.GetType())
        $words += (Select-String -Path "$root/src/BatchOps.PowerShell/Configuration/Settings.cs" -Pattern '"(BATCHOPS_\w+)"' -AllMatches).Matches | ForEach-Object { $_.Groups[1].Value }
        $words | Where-Object { $text -cnotmatch "\b$_\b" } | Should -BeNullOrEmpty
    }
}
