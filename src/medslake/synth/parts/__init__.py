"""What several twins are made of: people and stays, exam questions, annotated sentences, talks, studies, codes."""
