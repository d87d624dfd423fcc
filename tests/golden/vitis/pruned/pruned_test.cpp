// The test bench: reads raw integer vectors, compares every output bit.
//
// Usage: pruned_test [DIRECTORY] [--limit N] [--results FILE]
//   DIRECTORY   holds input.dat and expected.dat; without it, tb_data is looked for here and in the directories above,
//               because the HLS tools run the bench deep inside their own project
//   --limit     the number of vectors to run, from the first; for the slow C/RTL co-simulation
//   --results   where to write the raw outputs, one vector a line
// Exits with 0 only where at least one vector was run and every output bit is as expected.

#include "firmware/pruned.h"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

const unsigned max_reports = 20;

// A file of raw integers: a line with the numbers of rows and columns, then the rows.
struct table {
    std::size_t rows;
    std::size_t columns;
    std::vector<long long> values;
};

bool read_table(const std::string &path, std::size_t columns, table &data) {
    std::ifstream file(path.c_str());
    if (!file) {
        std::cerr << "error: cannot open " << path << std::endl;
        return false;
    }
    if (!(file >> data.rows >> data.columns)) {
        std::cerr << "error: " << path << ": the first line is not two sizes" << std::endl;
        return false;
    }
    if (data.columns != columns) {
        std::cerr << "error: " << path << ": " << data.columns << " columns, but the model has " << columns << std::endl;
        return false;
    }
    long long value;
    data.values.clear();
    while (file >> value)
        data.values.push_back(value);
    if (!file.eof()) {
        std::cerr << "error: " << path << ": value " << data.values.size() << " is not an integer" << std::endl;
        return false;
    }
    if (data.values.size() != data.rows * data.columns) {
        std::cerr << "error: " << path << ": " << data.values.size() << " values, but " << data.rows << " x "
                  << data.columns << " were announced" << std::endl;
        return false;
    }
    return true;
}

template <class T, std::size_t N> bool load(T (&port)[N], const long long *values, std::size_t sample) {
    for (std::size_t i = 0; i < N; i++) {
        port[i] = nnet::from_raw<T>(values[i]);
        if (nnet::to_raw(port[i]).to_int64() != values[i]) {
            std::cerr << "error: sample " << sample << ": input[" << i << "] = " << values[i]
                      << " is no mantissa of the input type" << std::endl;
            return false;
        }
    }
    return true;
}

template <class T, std::size_t N>
void compare(const char *name, const T (&port)[N], const long long *expected, std::size_t sample,
             unsigned long &mismatches, std::ofstream &results) {
    for (std::size_t i = 0; i < N; i++) {
        const long long got = nnet::to_raw(port[i]).to_int64();
        if (results.is_open())
            results << got << ' ';
        if (got == expected[i])
            continue;
        if (mismatches < max_reports)
            std::cout << "mismatch: sample " << sample << ", " << name << '[' << i << "]: got " << got << ", expected "
                      << expected[i] << std::endl;
        mismatches++;
    }
}

std::string find_data() {
    std::string directory = "tb_data";
    for (unsigned level = 0; level < 8; level++) {
        if (std::ifstream((directory + "/input.dat").c_str()))
            return directory;
        directory = "../" + directory;
    }
    return "tb_data";
}

} // namespace

int main(int argc, char **argv) {
    std::string directory;
    std::string results_path;
    std::size_t limit = static_cast<std::size_t>(-1);
    for (int i = 1; i < argc; i++) {
        const std::string argument = argv[i];
        if (argument == "--limit" && i + 1 < argc) {
            limit = std::strtoul(argv[++i], NULL, 10);
        } else if (argument == "--results" && i + 1 < argc) {
            results_path = argv[++i];
        } else if (directory.empty() && !argument.empty() && argument[0] != '-') {
            directory = argument;
        } else {
            std::cerr << "error: unexpected argument " << argument << std::endl;
            return 2;
        }
    }
    if (directory.empty())
        directory = find_data();

    table input;
    table expected;
    if (!read_table(directory + "/input.dat", 6, input) ||
        !read_table(directory + "/expected.dat", 3, expected))
        return 2;
    if (input.rows != expected.rows) {
        std::cerr << "error: " << input.rows << " inputs, but " << expected.rows << " expected outputs" << std::endl;
        return 2;
    }
    const std::size_t vectors = limit < input.rows ? limit : input.rows;
    if (vectors == 0) {
        std::cerr << "error: there is no vector to run" << std::endl;
        return 2;
    }
    std::ofstream results;
    if (!results_path.empty()) {
        results.open(results_path.c_str());
        if (!results) {
            std::cerr << "error: cannot write " << results_path << std::endl;
            return 2;
        }
    }

    unsigned long mismatches = 0;
    for (std::size_t sample = 0; sample < vectors; sample++) {
        static input_t input_data[6];
        static fc2_t fc2_out[3];
        if (!load(input_data, &input.values[sample * 6], sample))
            return 2;
        pruned(input_data, fc2_out);
        const long long *row = &expected.values[sample * 3];
        compare("fc2", fc2_out, row + 0, sample, mismatches, results);
        if (results.is_open())
            results << '\n';
    }
    if (results.is_open()) {
        results.close();
        if (!results) {
            std::cerr << "error: cannot write " << results_path << std::endl;
            return 2;
        }
    }
    std::cout << vectors << " vectors, " << mismatches << " mismatches" << std::endl;
    return mismatches == 0 ? 0 : 1;
}
